package io.helmgate.deployer.operation;

import java.util.OptionalInt;

/**
 * What an operation knows of its release's revisions.
 *
 * @param before the newest one when the work began, 0 when there was none; empty until it was
 *     looked for
 * @param intended that it writes, or works on; 0 until that is known
 * @param written the newest one that came after the one before; empty when none was seen
 */
public record Revisions(OptionalInt before, int intended, OptionalInt written) {

  public static final Revisions UNKNOWN =
      new Revisions(OptionalInt.empty(), 0, OptionalInt.empty());

  /** With the newest revision as it is now; 0: there is none. */
  Revisions seen(int newest) {
    if (before.isEmpty()) {
      return new Revisions(OptionalInt.of(newest), intended, written);
    }
    return newest > before.getAsInt()
        ? new Revisions(before, intended, OptionalInt.of(newest))
        : this;
  }

  Revisions intending(int revision) {
    return new Revisions(before, revision, written);
  }
}
