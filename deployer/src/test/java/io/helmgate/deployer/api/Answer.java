package io.helmgate.deployer.api;

import com.google.protobuf.Message;
import com.google.rpc.Code;
import io.helmgate.kit.client.Failure;
import java.util.List;
import java.util.Optional;

/**
 * What a client got, whatever the transport.
 *
 * @param fields the fields named at fault
 * @param incident id of an internal error
 */
record Answer(
    Code code,
    String message,
    List<String> fields,
    Optional<String> incident,
    Optional<Message> response) {

  static Answer of(Failure failure) {
    return new Answer(
        failure.code(), failure.message(), failure.fields(), failure.incident(), Optional.empty());
  }

  static Answer ok(Message response) {
    return new Answer(Code.OK, "", List.of(), Optional.empty(), Optional.of(response));
  }
}
