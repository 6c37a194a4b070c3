package io.helmgate.extauthz.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.metrics5.MetricRegistry;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import io.helmgate.extauthz.limits.load.Backlog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

final class EarlyRefusalTest {

  private final List<Runnable> queued = new ArrayList<>();
  private final List<String> done = new ArrayList<>();
  private final EarlyRefusal refusal =
      new EarlyRefusal(
          new Backlog(
              new Backlog.Settings(2, 2, Duration.ofMillis(50)),
              System::nanoTime,
              new MetricRegistry()),
          queued::add);

  @Test
  void whoComesWhileTooManyWaitIsRefusedAtOnceOnTheConnectionsThread() {
    call("first", AuthorizationGrpc.getCheckMethod());
    call("second", AuthorizationGrpc.getCheckMethod());
    call("third", AuthorizationGrpc.getCheckMethod());

    assertThat(done).containsExactly("third refused");

    queued.forEach(Runnable::run);

    assertThat(done).containsExactly("third refused", "first taken", "second taken");
  }

  @Test
  void onceWorkBeginsThereIsRoomAgain() {
    call("first", AuthorizationGrpc.getCheckMethod());
    call("second", AuthorizationGrpc.getCheckMethod());
    queued.getFirst().run();

    call("third", AuthorizationGrpc.getCheckMethod());

    assertThat(done).containsExactly("first taken");
    assertThat(queued).hasSize(3);
  }

  @Test
  void healthIsNeverRefused() {
    call("first", AuthorizationGrpc.getCheckMethod());
    call("second", AuthorizationGrpc.getCheckMethod());
    call("health", HealthGrpc.getCheckMethod());

    assertThat(done).isEmpty();
    assertThat(queued).hasSize(3);
  }

  private void call(String name, MethodDescriptor<?, ?> method) {
    Executor executor =
        Objects.requireNonNull(refusal.getExecutor(new Call<>(method), new Metadata()));
    executor.execute(() -> done.add(name + (EarlyRefusal.refused() ? " refused" : " taken")));
  }

  /** A call of which only the method is asked for. */
  private static final class Call<Q, R> extends ServerCall<Q, R> {

    private final MethodDescriptor<Q, R> method;

    Call(MethodDescriptor<Q, R> method) {
      this.method = method;
    }

    @Override
    public MethodDescriptor<Q, R> getMethodDescriptor() {
      return method;
    }

    @Override
    public void request(int messages) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void sendHeaders(Metadata headers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void sendMessage(R message) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close(Status status, Metadata trailers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isCancelled() {
      return false;
    }
  }
}
