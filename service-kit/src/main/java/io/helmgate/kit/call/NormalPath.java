package io.helmgate.kit.call;

import java.util.Optional;

/**
 * A path that every server reads alike: no empty and no dot segments, nothing escaped that could
 * change its structure.
 *
 * @param decoded the path, percent-decoded once, so that two spellings of one path are equal
 */
public record NormalPath(String decoded) {

  /**
   * Reads the path of a request.
   *
   * @param target path with query, as received
   * @return empty when servers may disagree on it
   */
  public static Optional<NormalPath> of(String target) {
    try {
      return Optional.of(
          new NormalPath(PercentEncoding.decode("path", RequestTarget.parsePath(target))));
    } catch (RefusedException e) {
      return Optional.empty();
    }
  }
}
