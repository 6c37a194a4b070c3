package io.helmgate.extauthz.profile;

import java.util.Map;
import java.util.Optional;

/** All profiles. */
public final class Profiles {

  /** The profile of a route that names none. */
  public static final String DEFAULT = "default";

  private final Map<String, Profile> byName;

  public Profiles(Map<String, Profile> byName) {
    this.byName = Map.copyOf(byName);
  }

  /** The profile that a route asks for; an unknown name never falls to the default one. */
  Optional<Profile> choose(Optional<String> name) {
    return Optional.ofNullable(byName.get(name.orElse(DEFAULT)));
  }
}
