package io.helmgate.extauthz.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What is known of tokens whose signature was checked, shared by all providers of a process: those
 * that are genuine, and a few that are not. Keyed by a digest, so that a heap dump shows no token.
 *
 * <p>An entry holds for one provider and one generation of its keys; whether the token may still be
 * used (times, audience) is for the caller to check on each hit.
 */
public final class TokenCache {

  /** Longer ones are too dear to keep; a good one is verified each time. */
  private static final int LONGEST_TOKEN = 8 << 10;

  private static final int MOST_FORGED = 1000;

  /** An entry that nobody asks for says nothing worth its room. */
  private static final Duration UNUSED = Duration.ofMinutes(10);

  private static final Duration FORGED_FOR = Duration.ofSeconds(30);

  /** A genuine token, and what it says. */
  record Genuine(Jwt jwt, Authentication outcome) {}

  /** SHA-256 of a token, with the place where it was checked. */
  private record Key(int provider, long generation, Digest digest) {}

  /** Bytes that are compared by content. */
  @SuppressWarnings("ArrayRecordComponent") // Its equality is overridden; never handed out.
  private record Digest(byte[] bytes) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Digest(byte[] others) && Arrays.equals(bytes, others);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  private final Cache<Key, Genuine> genuine;
  private final Cache<Key, TokenFailure> forged;
  private final AtomicInteger providers = new AtomicInteger();
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  /**
   * Makes an empty cache.
   *
   * @param maxEntries most genuine tokens that are kept; 0 keeps none, nor forged ones
   */
  public TokenCache(int maxEntries) {
    // Work of the cache is done by its callers: it needs no thread.
    this.genuine =
        Caffeine.newBuilder()
            .maximumSize(maxEntries)
            .expireAfterAccess(UNUSED)
            .executor(Runnable::run)
            .build();
    this.forged =
        Caffeine.newBuilder()
            .maximumSize(Math.min(maxEntries, MOST_FORGED))
            .expireAfterWrite(FORGED_FOR)
            .executor(Runnable::run)
            .build();
  }

  /** The part of one provider; no other one sees its entries. */
  Part part() {
    return new Part(providers.incrementAndGet());
  }

  /** How often a genuine token was known already. */
  public long hits() {
    return hits.sum();
  }

  /** How often a token had to be verified. */
  public long misses() {
    return misses.sum();
  }

  /** How many genuine tokens are kept, about. */
  public long size() {
    return genuine.estimatedSize();
  }

  /** The entries of one provider. */
  final class Part {

    private final int provider;
    private volatile long generation = -1;

    private Part(int provider) {
      this.provider = provider;
    }

    /**
     * A place for what is known of a token.
     *
     * @param keys generation of the provider's keys that would check it now
     */
    Optional<Place> place(String token, long keys) {
      if (keys != generation) {
        flush();
        generation = keys;
      }
      return token.length() > LONGEST_TOKEN
          ? Optional.empty()
          : Optional.of(new Place(new Key(provider, keys, digest(token))));
    }

    /** Forgets all tokens of the provider. */
    void flush() {
      genuine.asMap().keySet().removeIf(key -> key.provider() == provider);
      forged.asMap().keySet().removeIf(key -> key.provider() == provider);
    }
  }

  /** Where it is written what is known of one token. */
  final class Place {

    private final Key key;

    private Place(Key key) {
      this.key = key;
    }

    Optional<Genuine> genuine() {
      Optional<Genuine> known = Optional.ofNullable(genuine.getIfPresent(key));
      (known.isPresent() ? hits : misses).increment();
      return known;
    }

    Optional<TokenFailure> forged() {
      return Optional.ofNullable(forged.getIfPresent(key));
    }

    void genuine(Genuine token) {
      genuine.put(key, token);
    }

    void forged(TokenFailure failure) {
      forged.put(key, failure);
    }

    void forget() {
      genuine.invalidate(key);
    }
  }

  private static Digest digest(String token) {
    try {
      return new Digest(
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java platform", e);
    }
  }
}
