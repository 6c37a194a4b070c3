package io.helmgate.extauthz;

import io.helmgate.kit.lifecycle.Version;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * What extauthz takes from the process around it.
 *
 * @param clock the time
 * @param random for jitter, ids and policies; safe for use by many threads
 * @param console takes the decision log
 * @param version what runs
 */
public record Environment(
    Clock clock, RandomGenerator random, PrintStream console, Version version) {

  /** The real ones. */
  static Environment ofProcess(Version version) {
    return new Environment(Clock.systemUTC(), new SecureRandom(), System.out, version);
  }

  /** A random UUID (RFC 9562 version 4). */
  String newId() {
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & ~(3L << 62)) | (1L << 63);
    return new UUID(high, low).toString();
  }
}
