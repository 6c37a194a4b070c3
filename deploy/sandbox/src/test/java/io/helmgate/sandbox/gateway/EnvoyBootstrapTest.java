package io.helmgate.sandbox.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.sandbox.Checkout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class EnvoyBootstrapTest {
  private static final Path SHIPPED = Checkout.find().root().resolve("deploy/envoy/envoy.yaml");

  @Test
  void changesNothingButPortsAndPaths() throws Exception {
    Map<String, String> differences = differences();

    assertThat(differences.values())
        .containsExactlyInAnyOrder(
            "/var/run/helmgate/envoy-admin.sock -> /r/envoy-admin.sock",
            "0.0.0.0 -> 127.0.0.1",
            "8443 -> 1",
            "9191 -> 2",
            "8820 -> 3",
            "/etc/helmgate/tls/listener.crt -> /t/listener.crt",
            "/etc/helmgate/tls/listener.key -> /t/listener.key",
            "/etc/helmgate/tls/envoy.crt -> /t/envoy.crt",
            "/etc/helmgate/tls/envoy.key -> /t/envoy.key",
            "/etc/helmgate/tls/ca.crt -> /t/ca.crt",
            "/etc/helmgate/tls/envoy.crt -> /t/envoy.crt",
            "/etc/helmgate/tls/envoy.key -> /t/envoy.key",
            "/etc/helmgate/tls/ca.crt -> /t/ca.crt");
    assertThat(differences)
        .containsEntry(
            "/static_resources/listeners/0/address/socket_address/port_value", "8443 -> 1");
  }

  private static Map<String, String> differences() throws IOException {
    ObjectNode shipped = EnvoyBootstrap.read(SHIPPED);
    var bootstrap =
        new EnvoyBootstrap(
            1,
            Map.of("extauthz", 2, "deployer", 3),
            Map.of("/etc/helmgate/tls", Path.of("/t"), "/var/run/helmgate", Path.of("/r")));
    Map<String, String> before = new TreeMap<>();
    Map<String, String> after = new TreeMap<>();
    flatten("", shipped, before);
    flatten("", bootstrap.apply(shipped), after);
    assertThat(after.keySet()).isEqualTo(before.keySet());
    Map<String, String> differences = new TreeMap<>();
    before.forEach(
        (path, value) -> {
          String now = after.get(path);
          if (!value.equals(now)) {
            differences.put(path, value + " -> " + now);
          }
        });
    return differences;
  }

  private static void flatten(String path, JsonNode node, Map<String, String> leaves) {
    if (node.isValueNode() || node.isEmpty()) {
      leaves.put(path, node.isValueNode() ? node.asText() : node.toString());
    }
    node.properties()
        .forEach(entry -> flatten(path + "/" + entry.getKey(), entry.getValue(), leaves));
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        flatten(path + "/" + i, node.get(i), leaves);
      }
    }
  }
}
