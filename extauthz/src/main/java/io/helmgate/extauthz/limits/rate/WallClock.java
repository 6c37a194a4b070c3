package io.helmgate.extauthz.limits.rate;

import io.github.bucket4j.TimeMeter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** A clock as buckets want it. Shared ones need wall-clock time, which all replicas have. */
record WallClock(InstantSource source) implements TimeMeter {

  @Override
  public long currentTimeNanos() {
    Instant now = source.instant();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  @Override
  public boolean isWallClockBased() {
    return true;
  }
}
