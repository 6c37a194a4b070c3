package io.helmgate.extauthz.check;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.helmgate.extauthz.limits.load.Backlog;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Chooses, when a call comes, where it is worked on: behind the others that wait, or, when too many
 * wait, at once on the connection's own thread, to be refused there. So a refusal waits for nobody.
 */
final class EarlyRefusal implements ServerCallExecutorSupplier {

  private static final ScopedValue<Boolean> REFUSED = ScopedValue.newInstance();

  private final Backlog backlog;
  private final Executor threads;

  /**
   * Makes a chooser.
   *
   * @param threads where calls wait and are worked on
   */
  EarlyRefusal(Backlog backlog, Executor threads) {
    this.backlog = backlog;
    this.threads = threads;
  }

  /** Whether the call that this thread works on must be refused. */
  static boolean refused() {
    return REFUSED.isBound();
  }

  @Override
  public <Q, R> @Nullable Executor getExecutor(ServerCall<Q, R> call, Metadata metadata) {
    // Health and reflection answer however much there is to do.
    if (!AuthorizationGrpc.SERVICE_NAME.equals(call.getMethodDescriptor().getServiceName())) {
      return threads;
    }
    Optional<Backlog.Waiting> place = backlog.admit();
    if (place.isEmpty()) {
      return task -> ScopedValue.where(REFUSED, true).run(task);
    }
    Backlog.Waiting waiting = place.get();
    return task ->
        threads.execute(
            () -> {
              waiting.started();
              task.run();
            });
  }
}
