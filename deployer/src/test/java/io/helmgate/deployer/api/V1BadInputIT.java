package io.helmgate.deployer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.deployer.api.BadInputs.BadInput;
import io.helmgate.kit.client.V1Client;
import io.helmgate.kit.client.V1Graphql;
import io.helmgate.kit.client.V1Grpc;
import io.helmgate.kit.client.V1Http;
import io.helmgate.kit.client.V1Rest;
import io.helmgate.sandbox.process.Cli;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every field of every request of {@code helmgate.deployer.v1}, and by gRPC of the upstream
 * contract, with all that is known to be bad.
 */
@TestInstance(Lifecycle.PER_CLASS)
class V1BadInputIT {

  /** Of a request that is understood, from a caller who may do nothing. */
  private static final Set<Code> ANSWERS = Set.of(Code.OK, Code.NOT_FOUND, Code.PERMISSION_DENIED);

  private final RunningReplica running;
  private final RunningApi api;
  private final Cli kubectl = SharedSandbox.get().cluster().kubectl();

  V1BadInputIT(@TempDir Path directory) throws IOException {
    running = RunningReplica.start(directory);
    api = running.api();
  }

  @AfterAll
  void stop() {
    running.close();
  }

  @Test
  void aBadFieldIsNamedByGrpcAndNothingIsWritten() {
    refused(new V1Grpc(api), Stream.concat(BadInputs.v1(), BadInputs.facade()));
  }

  @Test
  void aBadFieldIsNamedByRestAndNothingIsWritten() {
    // A bad name in the path is no such route; control characters are refused in any target.
    refused(
        new V1Rest(new V1Http(api, Version.HTTP_2)),
        json().filter(input -> !input.inPath() && !input.control()));
  }

  @Test
  void aBadFieldIsNamedByGraphqlAndNothingIsWritten() {
    // There the selection is the view.
    refused(
        new V1Graphql(new V1Http(api, Version.HTTP_1_1)),
        json().filter(input -> !input.field().equals("view")));
  }

  /** Those that JSON can hold. */
  private static Stream<BadInput> json() {
    return BadInputs.v1()
        .filter(
            input ->
                Stream.of("NaN", "nanos", "..", "value { }", "UNKNOWN_ENUM_VALUE")
                    .noneMatch(part -> input.toString().contains(part)));
  }

  @Test
  void withoutItsBadFieldEveryRequestIsValid() {
    var stranger = new V1Grpc(api.as("keycloak:nobody", "keycloak:nobodies"));
    var before = written();
    List<String> wrong = new ArrayList<>();
    BadInputs.good()
        .forEach(
            (rpc, request) -> {
              var result = stranger.call(rpc, request);
              if (!ANSWERS.contains(result.code())) {
                wrong.add("%s: %s %s".formatted(rpc, result.code(), result.message()));
              }
            });

    assertThat(wrong).isEmpty();
    assertThat(BadInputs.good()).hasSizeGreaterThan(30);
    assertThat(written()).isSubsetOf(before);
  }

  private void refused(V1Client client, Stream<BadInput> inputs) {
    var before = written();
    List<String> wrong = new ArrayList<>();
    inputs.forEach(
        input -> {
          var result = client.call(input.rpc(), input.request());
          if (result.code() != Code.INVALID_ARGUMENT || !named(input, result)) {
            wrong.add(
                "%s (%s): %s %s %s"
                    .formatted(
                        input, input.fault(), result.code(), result.fields(), result.message()));
          }
        });

    assertThat(wrong).isEmpty();
    assertThat(written()).isSubsetOf(before);
  }

  /** By its path; what a decoder or the GraphQL schema refuses already, by their words for it. */
  private static boolean named(BadInput input, V1Client.Result result) {
    var path = input.fault().replace("[0]", "");
    var leaf = path.substring(path.lastIndexOf('.') + 1);
    return result.fields().contains(input.fault())
        || result.message().startsWith("request." + path.replaceAll("\\.a$", ".value") + ": ")
        || result.message().contains("Field '" + leaf + "' has coerced Null value");
  }

  /** All Secrets of the cluster, and all locks. */
  private List<String> written() {
    var names = "custom-columns=NAMESPACE:.metadata.namespace,NAME:.metadata.name";
    return Stream.of(
            kubectl.run("get", "secrets", "--all-namespaces", "-o", names),
            kubectl.run("get", "leases", "-n", "helmgate", "-o", names))
        .flatMap(String::lines)
        .toList();
  }
}
