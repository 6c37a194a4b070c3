package io.helmgate.deployer.playground;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.HttpData;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code build.mjs} made. Each asset's name has a hash of its content.
 *
 * @param script name of the page's script
 * @param style name of its style sheet
 * @param icon name of its icon
 * @param workers names of the scripts of workers, by what they do
 * @param assets all of them by name, the ones above included
 */
record Bundle(
    String script,
    String style,
    String icon,
    Map<String, String> workers,
    Map<String, Asset> assets) {

  /** Directory of the bundle on the class path. */
  static final String BUILT = "/io/helmgate/deployer/playground/assets/";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String COMPRESSED = ".gz";

  Bundle {
    workers = Map.copyOf(workers);
    assets = Map.copyOf(assets);
  }

  /**
   * An asset.
   *
   * @param type its media type
   * @param gzip whether the content is compressed
   */
  record Asset(String type, boolean gzip, HttpData content) {}

  /**
   * Reads a bundle whole, into memory.
   *
   * @param directory on the class path, with slashes at both ends
   * @throws IOException when it is not there, or incomplete
   */
  static Bundle read(String directory) throws IOException {
    var index = JSON.readTree(required(directory + "index.json"));
    var workers = new LinkedHashMap<String, String>();
    for (Map.Entry<String, JsonNode> worker : index.path("workers").properties()) {
      workers.put(worker.getKey(), worker.getValue().textValue());
    }
    var assets = new LinkedHashMap<String, Asset>();
    for (Map.Entry<String, JsonNode> type : index.path("types").properties()) {
      assets.put(type.getKey(), asset(directory + type.getKey(), type.getValue().textValue()));
    }
    return new Bundle(
        index.path("script").textValue(),
        index.path("style").textValue(),
        index.path("icon").textValue(),
        workers,
        assets);
  }

  private static Asset asset(String resource, String type) throws IOException {
    try (var compressed = Bundle.class.getResourceAsStream(resource + COMPRESSED)) {
      return compressed == null
          ? new Asset(type, false, HttpData.wrap(required(resource)))
          : new Asset(type, true, HttpData.wrap(compressed.readAllBytes()));
    }
  }

  private static byte[] required(String resource) throws IOException {
    try (InputStream in = Bundle.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException(
            "playground: no " + resource + " (expected: the package phase of the build made it)");
      }
      return in.readAllBytes();
    }
  }
}
