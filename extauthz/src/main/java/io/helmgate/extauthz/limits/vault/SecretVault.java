package io.helmgate.extauthz.limits.vault;

import io.dropwizard.metrics5.Counter;
import io.dropwizard.metrics5.Gauge;
import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Secrets by name, in memory only. What is replaced or removed is overwritten with zeros; what a
 * user of a secret makes of it is his own.
 */
public final class SecretVault implements AutoCloseable {

  private final int max;
  private final Counter refused;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  // Guarded by lock, and the arrays with it: nobody reads one while it is zeroed.
  private final Map<String, byte[]> secrets = new HashMap<>();

  /** Makes an empty vault for so many secrets at most. */
  public SecretVault(int max, MetricRegistry metrics) {
    this.max = max;
    this.refused = metrics.counter(MetricName.build("extauthz_vault_refused"));
    metrics.gauge(MetricName.build("extauthz_vault_entries"), () -> (Gauge<Integer>) this::size);
  }

  /**
   * Stores a secret in the place of the one with that name.
   *
   * @param secret belongs to the vault from now on
   */
  public Storing put(String name, byte[] secret) {
    lock.writeLock().lock();
    try {
      if (secrets.size() >= max && !secrets.containsKey(name)) {
        Arrays.fill(secret, (byte) 0);
        refused.inc();
        return new Storing.Full(max);
      }
      zero(secrets.put(name, secret), secret);
      return new Storing.Stored();
    } finally {
      lock.writeLock().unlock();
    }
  }

  /**
   * Uses a secret; empty when there is none of that name.
   *
   * @param use must not keep the array
   */
  public <T> Optional<T> use(String name, Function<byte[], T> use) {
    lock.readLock().lock();
    try {
      byte[] secret = secrets.get(name);
      return secret == null ? Optional.empty() : Optional.of(use.apply(secret));
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Forgets a secret. */
  public void remove(String name) {
    lock.writeLock().lock();
    try {
      zero(secrets.remove(name), null);
    } finally {
      lock.writeLock().unlock();
    }
  }

  @SuppressWarnings("ReferenceEquality") // The same array must not be zeroed when it stays.
  private static void zero(byte @Nullable [] old, byte @Nullable [] current) {
    if (old != null && old != current) {
      Arrays.fill(old, (byte) 0);
    }
  }

  private int size() {
    lock.readLock().lock();
    try {
      return secrets.size();
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      secrets.values().forEach(secret -> Arrays.fill(secret, (byte) 0));
      secrets.clear();
    } finally {
      lock.writeLock().unlock();
    }
  }
}
