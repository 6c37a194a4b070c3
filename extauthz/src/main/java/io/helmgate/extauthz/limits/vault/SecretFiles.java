package io.helmgate.extauthz.limits.vault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the content of files into the vault, again when it changes. A file that cannot be used
 * leaves its last content in force. No content is ever part of a message.
 */
public final class SecretFiles {

  private static final Logger log = LoggerFactory.getLogger(SecretFiles.class);
  private static final int MAX_BYTES = 16 << 10;
  private static final long INTERVAL_SECONDS = 1;

  private final SecretVault vault;
  private final Map<String, Source> sources;
  private final Map<String, String> problems = new HashMap<>();

  /**
   * Where a secret stands.
   *
   * @param prefix text in front of it, such as "Bearer "
   */
  public record Source(Path file, String prefix) {}

  private SecretFiles(SecretVault vault, Map<String, Source> sources) {
    this.vault = vault;
    this.sources = Map.copyOf(sources);
  }

  /**
   * Reads all files now, and again by the timer.
   *
   * @throws IOException when one cannot be used, or the vault is full
   */
  public static void follow(
      SecretVault vault, Map<String, Source> sources, ScheduledExecutorService timer)
      throws IOException {
    SecretFiles files = new SecretFiles(vault, sources);
    for (Map.Entry<String, Source> source : sources.entrySet()) {
      files.load(source.getKey(), source.getValue());
    }
    if (!sources.isEmpty()) {
      var _ =
          timer.scheduleWithFixedDelay(
              files::look, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void look() {
    sources.forEach(
        (name, source) -> {
          try {
            load(name, source);
            problems.remove(name);
          } catch (IOException | RuntimeException e) {
            // The edge of this thread: the next file and the next time are looked at all the same.
            String problem = String.valueOf(e.getMessage());
            if (!problem.equals(problems.put(name, problem))) {
              log.warn("secret {}: its last content stays: {}", name, problem);
            }
          }
        });
  }

  private void load(String name, Source source) throws IOException {
    byte[] value = value(source);
    if (vault.use(name, current -> Arrays.equals(current, value)).orElse(false)) {
      Arrays.fill(value, (byte) 0);
      return;
    }
    switch (vault.put(name, value)) {
      case Storing.Stored() -> log.info("secret {} read from {}", name, source.file());
      case Storing.Full(int entries) ->
          throw new IOException(
              "secret " + name + ": the vault is full (max_vault_entries: " + entries + ")");
    }
  }

  /** The header's value: prefix and content, without the line end that editors leave. */
  private static byte[] value(Source source) throws IOException {
    byte[] content = read(source.file());
    byte[] prefix = source.prefix().getBytes(StandardCharsets.US_ASCII);
    int length = content.length;
    if (length > 0 && content[length - 1] == '\n') {
      length -= length > 1 && content[length - 2] == '\r' ? 2 : 1;
    }
    byte[] value = Arrays.copyOf(prefix, prefix.length + length);
    System.arraycopy(content, 0, value, prefix.length, length);
    Arrays.fill(content, (byte) 0);
    if (length == 0 || !legal(value)) {
      Arrays.fill(value, (byte) 0);
      throw new IOException(
          source.file() + ": no value of a header (expected: one line of visible ASCII)");
    }
    return value;
  }

  private static byte[] read(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        Arrays.fill(content, (byte) 0);
        throw new IOException(file + ": more than " + MAX_BYTES + " bytes");
      }
      return content;
    }
  }

  private static boolean legal(byte[] value) {
    for (byte octet : value) {
      if (octet < ' ' || octet > '~') {
        return false;
      }
    }
    return true;
  }
}
