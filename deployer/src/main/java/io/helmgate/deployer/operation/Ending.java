package io.helmgate.deployer.operation;

import io.helmgate.deployer.release.Excerpt;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRevision;
import io.helmgate.deployer.release.Violation;
import java.util.List;
import java.util.Optional;

/** What became of an operation. */
public sealed interface Ending {

  /**
   * It was done.
   *
   * @param release as it was then, without values and notes; empty when it is gone
   */
  record Succeeded(Optional<ReleaseRevision> release) implements Ending {}

  /**
   * It was not done, or not completely. {@link Reason#ABORTED} when its replica ended before it,
   * {@link Reason#CANCELLED} when somebody asked for its end.
   *
   * @param message for the caller to read: no internals, no secrets; an excerpt
   * @param violations the parts of the request at fault, when they can be named
   */
  record Failed(Reason reason, String message, List<Violation> violations) implements Ending {
    private static final int MAX_BYTES = 1_000;

    public Failed {
      message = Excerpt.of(message, MAX_BYTES);
      violations = List.copyOf(violations);
    }

    public Failed(Reason reason, String message) {
      this(reason, message, List.of());
    }
  }
}
