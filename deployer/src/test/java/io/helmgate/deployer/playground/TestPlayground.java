package io.helmgate.deployer.playground;

import com.linecorp.armeria.common.HttpData;
import io.helmgate.deployer.playground.Bundle.Asset;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/** A playground of a bundle made up here; the built one is in the end-to-end tests. */
public final class TestPlayground {

  /** The text of the script. */
  public static final String SCRIPT = "console.log('hello')";

  private TestPlayground() {}

  /** One whose nonces count from 1. */
  public static Playground create() {
    var count = new AtomicInteger();
    return Playground.of(
        new PlaygroundSettings(
            URI.create("https://id.example.com:8443/realms/helmgate"),
            "a\"><client",
            List.of("helmgate")),
        new Bundle(
            "main-ABCD1234.js",
            "main-ABCD1234.css",
            "icon-ABCD1234.svg",
            Map.of("editor", "editor-ABCD1234.js"),
            Map.of(
                "main-ABCD1234.js", new Asset("text/javascript", true, gzip(SCRIPT)),
                "main-ABCD1234.css", new Asset("text/css", true, gzip("body {}")),
                "font-ABCD1234.woff2",
                    new Asset("font/woff2", false, HttpData.wrap(new byte[] {1, 2})))),
        () -> "nonce-" + count.incrementAndGet());
  }

  private static HttpData gzip(String text) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return HttpData.wrap(bytes.toByteArray());
  }
}
