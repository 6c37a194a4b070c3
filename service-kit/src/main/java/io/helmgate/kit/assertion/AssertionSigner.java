package io.helmgate.kit.assertion;

import com.nimbusds.jose.JOSEException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** Signs assertions. Thread-safe. */
public final class AssertionSigner {

  private final String issuer;
  private final Duration lifetime;
  private final AssertionKeys keys;
  private final Clock clock;
  private final Supplier<String> ids;

  /**
   * Signs with random ids.
   *
   * @param issuer the {@code iss} that verifiers expect
   * @param lifetime from one to 60 s, in whole seconds
   * @throws IllegalArgumentException for another lifetime
   */
  public AssertionSigner(String issuer, Duration lifetime, AssertionKeys keys, Clock clock) {
    this(issuer, lifetime, keys, clock, () -> UUID.randomUUID().toString());
  }

  /** As the other constructor, with ids ({@code jti}) from that source, each given once. */
  public AssertionSigner(
      String issuer, Duration lifetime, AssertionKeys keys, Clock clock, Supplier<String> ids) {
    if (lifetime.compareTo(AssertionClaims.MAX_LIFETIME) > 0
        || lifetime.compareTo(Duration.ofSeconds(1)) < 0
        || !lifetime.equals(lifetime.truncatedTo(ChronoUnit.SECONDS))) {
      throw new IllegalArgumentException(
          "assertion lifetime: " + lifetime + " (expected: 1 to 60 whole seconds)");
    }
    this.issuer = issuer;
    this.lifetime = lifetime;
    this.keys = keys;
    this.clock = clock;
    this.ids = ids;
  }

  /**
   * What is wrong with a user or group name, for whoever must answer it with a denial; empty if it
   * may be asserted.
   */
  public static Optional<String> problemOf(String name) {
    return AssertionClaims.problem("name", name);
  }

  /**
   * The assertion in JWS compact form.
   *
   * @param subject user name, prefixed by its provider
   * @param groups group names, prefixed likewise
   * @param audience the one upstream that may accept it
   * @param callDigest digest of the calls that are allowed; empty for an assertion of identity only
   * @param tokenExpiresAt end of the caller's token; empty when it has none
   * @throws IllegalArgumentException for names that {@link #problemOf} finds fault with
   */
  public String sign(
      String subject,
      List<String> groups,
      String audience,
      String decisionId,
      Optional<String> callDigest,
      Optional<Instant> tokenExpiresAt) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Assertion assertion =
        new Assertion(
            subject,
            List.copyOf(groups),
            audience,
            decisionId,
            callDigest,
            tokenExpiresAt.map(time -> time.truncatedTo(ChronoUnit.SECONDS)),
            ids.get(),
            now,
            now.plus(lifetime));
    AssertionClaims.problem(assertion)
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException("assertion: " + problem);
            });
    try {
      return keys.signing().sign(AssertionClaims.write(assertion, issuer));
    } catch (JOSEException e) {
      throw new IllegalStateException("assertion: signing failed", e);
    }
  }
}
