package io.helmgate.extauthz.limits.rate;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The buckets that one request is charged to; used by one thread. */
public final class Charge {

  private final RateLimiter limiter;
  private final List<BucketKey> keys;
  private final Map<Quota, Draw> draws = new EnumMap<>(Quota.class);

  /** The user's own bucket goes first, so that he cannot use up his organisation's by refusals. */
  Charge(RateLimiter limiter, List<BucketKey> keys) {
    this.limiter = limiter;
    this.keys = keys;
  }

  /** Counts calls. */
  public Charging take(int calls) {
    for (BucketKey key : keys) {
      Draw draw = limiter.take(key, calls);
      draws.put(key.quota(), draw);
      if (draw instanceof Draw.Refused refused) {
        return new Charging.Exceeded(key.quota(), refused.retryAfter());
      }
    }
    return new Charging.Within();
  }

  /**
   * What clients are told, as in draft-ietf-httpapi-ratelimit-headers-10; empty when nothing was
   * counted.
   */
  public Map<String, List<String>> headers() {
    if (draws.isEmpty()) {
      return Map.of();
    }
    return Map.of(
        "ratelimit-policy", List.of(items(Charge::policy)),
        "ratelimit", List.of(items(Charge::state)));
  }

  private String items(Function<Draw, String> parameters) {
    return draws.entrySet().stream()
        .map(draw -> '"' + draw.getKey().label() + '"' + parameters.apply(draw.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String policy(Draw draw) {
    long capacity =
        switch (draw) {
          case Draw.Granted granted -> granted.capacity();
          case Draw.Refused refused -> refused.capacity();
        };
    return ";q=" + capacity + ";w=" + Draw.WINDOW.toSeconds();
  }

  private static String state(Draw draw) {
    return switch (draw) {
      case Draw.Granted granted -> state(granted.remaining(), granted.untilFull().toMillis());
      case Draw.Refused refused -> state(refused.remaining(), refused.untilFull().toMillis());
    };
  }

  private static String state(long remaining, long millisUntilFull) {
    return ";r=" + remaining + ";t=" + Math.ceilDiv(millisUntilFull, 1000L);
  }
}
