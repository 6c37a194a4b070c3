package io.helmgate.deployer.dispatch;

import com.google.protobuf.Message;
import io.helmgate.deployer.fault.Fault;
import java.util.concurrent.Flow;

/** What a call is answered with. */
public sealed interface Reply {

  /** The response message of the call's RPC. */
  record Done(Message response) implements Reply {}

  /**
   * Messages of the call's RPC, as they come; to be subscribed to once.
   *
   * @param messages nothing begins before the subscription, and a cancelled one ends it
   */
  record Streaming(Flow.Publisher<Message> messages) implements Reply {}

  record Failed(Fault fault) implements Reply {}
}
