package io.helmgate.extauthz.limits.rate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class LocalBucketsTest {

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.ofEpochSecond(1_800_000_000));
  private final WallClock clock = new WallClock(now::get);

  @Test
  void aReplicaAllowsItsPartOfTheLimit() {
    LocalBuckets buckets = new LocalBuckets(5, 1000, clock);

    for (int i = 0; i < 12; i++) {
      assertThat(buckets.take(user("alice", 60), 1)).isInstanceOf(Draw.Granted.class);
    }
    assertThat(buckets.take(user("alice", 60), 1))
        .isEqualTo(new Draw.Refused(12, 0, Duration.ofMinutes(1), Duration.ofSeconds(5)));
    assertThat(buckets.take(user("bob", 60), 1)).isInstanceOf(Draw.Granted.class);
  }

  @Test
  void everyReplicaAllowsOneCallAtLeast() {
    LocalBuckets buckets = new LocalBuckets(100, 1000, clock);

    assertThat(buckets.take(user("alice", 2), 1)).isInstanceOf(Draw.Granted.class);
    assertThat(buckets.take(user("alice", 2), 1)).isInstanceOf(Draw.Refused.class);
  }

  @Test
  void tokensComeBackEvenlyOverTheMinute() {
    LocalBuckets buckets = new LocalBuckets(1, 1000, clock);
    assertThat(buckets.take(user("alice", 60), 60)).isInstanceOf(Draw.Granted.class);

    now.set(now.get().plusSeconds(10));

    assertThat(buckets.take(user("alice", 60), 11)).isInstanceOf(Draw.Refused.class);
    assertThat(buckets.take(user("alice", 60), 10)).isInstanceOf(Draw.Granted.class);
  }

  @Test
  void moreThanTheLimitAtOnceIsRefusedWithAWaitOfAMinuteAtMost() {
    LocalBuckets buckets = new LocalBuckets(1, 1000, clock);

    assertThat(buckets.take(user("alice", 5), 6))
        .isEqualTo(new Draw.Refused(5, 5, Duration.ZERO, Duration.ofMinutes(1)));
  }

  @Test
  void theNumberOfBucketsIsBounded() {
    LocalBuckets buckets = new LocalBuckets(1, 100, clock);

    for (int i = 0; i < 10_000; i++) {
      assertThat(buckets.take(user("user" + i, 60), 1)).isInstanceOf(Draw.Granted.class);
    }

    assertThat(buckets.size()).isLessThanOrEqualTo(100);
  }

  @Test
  void anAddressIsKnownWithoutItsPortAndAnIpv6OneByItsNetwork() {
    assertThat(ClientAddress.of("192.0.2.1:5000")).isEqualTo("192.0.2.1");
    assertThat(ClientAddress.of("2001:db8:1:2:3:4:5:6:443"))
        .isEqualTo(ClientAddress.of("[2001:db8:1:2::1]:80"))
        .isNotEqualTo(ClientAddress.of("[2001:db8:1:3::1]:80"));
    assertThat(ClientAddress.of("/run/envoy.sock")).isEqualTo("/run/envoy.sock");
  }

  private static BucketKey user(String name, long limit) {
    return new BucketKey(Quota.USER, "", limit, "p\0" + name);
  }
}
