package io.helmgate.deployer.operation;

import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.DeployRequest;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.Remedy;
import io.helmgate.deployer.release.Violation;
import io.helmgate.deployer.release.Write;
import io.helmgate.deployer.values.Canonical;
import io.helmgate.deployer.values.ValuesRequest;
import java.util.List;
import java.util.TreeSet;

/** Digests by which repetitions of a request are known. */
final class RequestDigest {

  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int ID_LENGTH = 32;

  private RequestDigest() {}

  /** Equal for equal requests; the order of names in values does not count. */
  static String of(Write write) {
    return Canonical.digest(text(write));
  }

  /** The id of the operation that a named request makes: of one user, on one release. */
  static String id(Caller caller, ReleaseRef ref, String requestId) {
    return id(
        Canonical.sha256(Canonical.list(caller.user(), ref.namespace(), ref.name(), requestId)));
  }

  /** An id made of at least 32 random bytes. */
  static String id(byte[] bytes) {
    var id = new StringBuilder();
    for (int i = 0; i < ID_LENGTH; i++) {
      id.append(ALPHABET.charAt(bytes[i] & 31));
    }
    return id.toString();
  }

  /** The operation, when it was this same request that began it. */
  static Outcome<Operation> repeated(Operation operation, Write write) {
    if (operation.requestDigest().equals(of(write))) {
      return Outcome.success(operation);
    }
    var problem = "was used for another request (expected: a new one for each request)";
    return Outcome.invalid("request_id: " + problem, List.of(new Violation("request_id", problem)));
  }

  private static String text(Write write) {
    return switch (write) {
      case Write.Install(DeployRequest request) -> Canonical.list("install", deploy(request));
      case Write.Upgrade(DeployRequest request, Remedy remedy) ->
          Canonical.list("upgrade", deploy(request), remedy.toString());
      case Write.Rollback request -> Canonical.list("rollback", request.toString());
      case Write.Uninstall request -> Canonical.list("uninstall", request.toString());
      case Write.Test request ->
          Canonical.list(
              "test",
              request.ref().toString(),
              new TreeSet<>(request.names()).toString(),
              request.timeout().toString());
      case Write.Unlock request -> Canonical.list("unlock", request.toString());
    };
  }

  private static String deploy(DeployRequest request) {
    return Canonical.list(
        request.ref().toString(),
        request.chart(),
        request.version().toString(),
        request.values().map(ValuesRequest::canonical).orElse(""),
        request.plan().toString(),
        String.valueOf(request.awaitReady()),
        request.timeout().toString());
  }
}
