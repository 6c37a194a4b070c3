package io.helmgate.deployer.operation;

import io.helmgate.deployer.release.ReleaseRef;

/**
 * An operation by the release that it works on and its own id.
 *
 * @param id 32 characters of {@code [a-z2-7]}
 */
public record OperationName(ReleaseRef release, String id) {
  @Override
  public String toString() {
    return release + "/operations/" + id;
  }
}
