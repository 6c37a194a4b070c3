package io.helmgate.extauthz.profile;

/** Is told of every decision; must not block and must not throw. */
@FunctionalInterface
public interface TrailObserver {

  void decided(Trail trail);
}
