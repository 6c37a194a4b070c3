package io.helmgate.deployer.dispatch;

import com.google.protobuf.Message;
import io.helmgate.deployer.fault.Fault;

/** What a call is answered with. */
public sealed interface Reply {

  /** The response message of the call's RPC. */
  record Done(Message response) implements Reply {}

  record Failed(Fault fault) implements Reply {}
}
