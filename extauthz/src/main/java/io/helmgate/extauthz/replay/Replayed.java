package io.helmgate.extauthz.replay;

/** What became of one record. */
public sealed interface Replayed {

  /**
   * Both verdicts are known.
   *
   * @param before {@code allow} or {@code deny}
   * @param after likewise
   * @param why what the candidate said, when it is no plain verdict; may be empty
   */
  record Compared(String before, String after, String why) implements Replayed {

    boolean changed() {
      return !before.equals(after);
    }
  }

  /** The record does not tell enough. */
  record NotReplayable(String reason) implements Replayed {}

  /** The request was decided before any policy was asked. */
  record WithoutPolicy() implements Replayed {}
}
