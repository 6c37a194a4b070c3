package io.helmgate.deployer.dispatch;

import java.util.concurrent.Flow;
import java.util.function.Function;

/** Passes on what it gets, changed. */
record MappingSubscriber<T, R>(Flow.Subscriber<? super R> target, Function<T, R> change)
    implements Flow.Subscriber<T> {

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    target.onSubscribe(subscription);
  }

  @Override
  public void onNext(T item) {
    target.onNext(change.apply(item));
  }

  @Override
  public void onError(Throwable cause) {
    target.onError(cause);
  }

  @Override
  public void onComplete() {
    target.onComplete();
  }
}
