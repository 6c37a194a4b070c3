package io.helmgate.deployer.dispatch;

import com.google.protobuf.Message;
import io.helmgate.deployer.fault.Fault;
import java.util.concurrent.Flow;

/** What a call is answered with. */
public sealed interface Reply {

  /** Id of the operation that the call started, or found started; empty when there is none. */
  default String operation() {
    return "";
  }

  /** The response message of the call's RPC. */
  record Done(Message response, String operation) implements Reply {

    /** Of a call that starts no operation. */
    public Done(Message response) {
      this(response, "");
    }
  }

  /**
   * Messages of the call's RPC, as they come; to be subscribed to once.
   *
   * @param messages nothing begins before the subscription, and a cancelled one ends it
   */
  record Streaming(Flow.Publisher<Message> messages) implements Reply {}

  record Failed(Fault fault, String operation) implements Reply {

    /** Of a call that starts no operation, or could not. */
    public Failed(Fault fault) {
      this(fault, "");
    }
  }
}
