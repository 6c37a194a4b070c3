package io.helmgate.sandbox.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Puts this machine's ports and paths into a bootstrap file.
 *
 * @param listenerPort instead of the listener's
 * @param clusterPorts instead of a cluster's, by its name
 * @param paths directories instead of others, by the one in the file
 */
record EnvoyBootstrap(
    int listenerPort, Map<String, Integer> clusterPorts, Map<String, Path> paths) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads a file as Envoy does; aliases become copies. */
  static ObjectNode read(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file)) {
      Object tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
      // Through text, because a node that an alias names is one object in the tree.
      return (ObjectNode) JSON.readTree(JSON.writeValueAsBytes(tree));
    }
  }

  ObjectNode apply(ObjectNode shipped) {
    ObjectNode bootstrap = shipped.deepCopy();
    for (JsonNode listener : bootstrap.at("/static_resources/listeners")) {
      setPort(listener, listenerPort);
      ((ObjectNode) listener.at("/address/socket_address")).put("address", "127.0.0.1");
    }
    for (JsonNode cluster : bootstrap.at("/static_resources/clusters")) {
      Integer port = clusterPorts.get(cluster.path("name").asText());
      if (port != null) {
        setPort(cluster.at("/load_assignment/endpoints/0/lb_endpoints/0/endpoint"), port);
      }
    }
    movePaths(bootstrap);
    return bootstrap;
  }

  private static void setPort(JsonNode owner, int port) {
    ((ObjectNode) owner.at("/address/socket_address")).put("port_value", port);
  }

  private void movePaths(JsonNode node) {
    switch (node) {
      case ObjectNode object ->
          object.properties().forEach(property -> property.setValue(moved(property.getValue())));
      case ArrayNode array -> array.forEach(this::movePaths);
      default -> {
        // A scalar is looked at by its owner.
      }
    }
  }

  private JsonNode moved(JsonNode value) {
    if (value instanceof TextNode text) {
      for (var path : paths.entrySet()) {
        if (text.textValue().startsWith(path.getKey())) {
          return TextNode.valueOf(
              text.textValue().replace(path.getKey(), path.getValue().toString()));
        }
      }
    }
    movePaths(value);
    return value;
  }
}
