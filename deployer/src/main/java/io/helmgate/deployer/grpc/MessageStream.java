package io.helmgate.deployer.grpc;

import com.google.protobuf.Message;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.Flow;

/** Sends messages to a client, each when the client is ready for it. */
final class MessageStream implements Flow.Subscriber<Message> {

  private final ServerCallStreamObserver<Message> client;
  private volatile Flow.Subscription subscription =
      new Flow.Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
      };
  private volatile boolean cancelled;

  /** To be made within the call, whose end it then hears of. */
  MessageStream(ServerCallStreamObserver<Message> client) {
    this.client = client;
    client.setOnCancelHandler(
        () -> {
          cancelled = true;
          subscription.cancel();
        });
  }

  @Override
  public void onSubscribe(Flow.Subscription events) {
    subscription = events;
    if (cancelled) {
      events.cancel();
    } else {
      events.request(1);
    }
  }

  @Override
  public void onNext(Message message) {
    if (!cancelled) {
      client.onNext(message);
      subscription.request(1);
    }
  }

  @Override
  public void onError(Throwable cause) {
    if (!cancelled) {
      client.onError(cause);
    }
  }

  @Override
  public void onComplete() {
    if (!cancelled) {
      client.onCompleted();
    }
  }
}
