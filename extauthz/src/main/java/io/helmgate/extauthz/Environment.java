package io.helmgate.extauthz;

import io.helmgate.kit.lifecycle.ServiceContext;
import io.helmgate.kit.lifecycle.Version;
import java.io.File;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * What extauthz takes from the process around it.
 *
 * @param clock the time
 * @param random for jitter, ids and policies; safe for use by many threads
 * @param console takes the decision log
 * @param variables environment variables
 * @param version what runs
 */
public record Environment(
    Clock clock,
    RandomGenerator random,
    PrintStream console,
    Map<String, String> variables,
    Version version) {

  public Environment {
    variables = Map.copyOf(variables);
  }

  /** The real ones. */
  static Environment of(ServiceContext context) {
    return new Environment(
        Clock.systemUTC(),
        new SecureRandom(),
        System.out,
        context.environment(),
        context.version());
  }

  /** The same at another time. */
  Environment at(Clock other) {
    return new Environment(other, random, console, variables, version);
  }

  /** A program; a bare name is looked for in {@code PATH}, as a shell does. */
  Path program(Path configured) {
    if (configured.getNameCount() > 1 || configured.isAbsolute()) {
      return configured;
    }
    return Arrays.stream(variables.getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory).resolve(configured))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(configured);
  }

  /** A random UUID (RFC 9562 version 4). */
  public String newId() {
    byte[] bytes = new byte[2 * Long.BYTES];
    random.nextBytes(bytes);
    ByteBuffer bits = ByteBuffer.wrap(bytes);
    long high = (bits.getLong() & ~0xF000L) | 0x4000L;
    long low = (bits.getLong() & ~(3L << 62)) | (1L << 63);
    return new UUID(high, low).toString();
  }
}
