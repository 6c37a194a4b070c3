package io.helmgate.extauthz.policy;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;

/**
 * What a policy takes from the process around it.
 *
 * @param clock tells policies the time
 * @param random gives policies random values; safe for use by many threads
 * @param threads makes the two threads that watch files and deadlines
 */
public record PolicyEnvironment(Clock clock, RandomGenerator random, ThreadFactory threads) {

  /** The real ones. */
  public static PolicyEnvironment system() {
    return new PolicyEnvironment(
        Clock.systemUTC(),
        new SecureRandom(),
        Thread.ofPlatform().daemon().name("policy-", 0).factory());
  }
}
