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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every field of every request of {@code helmgate.deployer.v1}, with all that is known to be bad.
 */
@TestInstance(Lifecycle.PER_CLASS)
class V1BadInputIT {

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
    refused(new V1Grpc(api), BadInputs.all());
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
    return BadInputs.all()
        .filter(
            input ->
                Stream.of("NaN", "nanos", "..", "value { }", "UNKNOWN_ENUM_VALUE")
                    .noneMatch(part -> input.toString().contains(part)));
  }

  private void refused(V1Client client, Stream<BadInput> inputs) {
    var before = written();
    List<String> wrong = new ArrayList<>();
    inputs.forEach(
        input -> {
          var result = client.call(input.rpc(), input.request());
          boolean named =
              result.fields().stream().anyMatch(field -> field.startsWith(input.field()))
                  || result.message().contains(input.inner());
          if (result.code() != Code.INVALID_ARGUMENT || !named) {
            wrong.add(
                "%s: %s %s %s".formatted(input, result.code(), result.fields(), result.message()));
          }
        });

    assertThat(wrong).isEmpty();
    assertThat(written()).isSubsetOf(before);
  }

  /** The names of all Secrets and Leases: releases, operations and locks. */
  private List<String> written() {
    return Stream.of(
            kubectl.run("get", "secrets,leases", "-n", "helmgate", "-o", "name"),
            kubectl.run("get", "secrets", "-n", "team-a", "-o", "name"))
        .flatMap(String::lines)
        .toList();
  }
}
