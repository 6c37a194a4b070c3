package io.helmgate.kit.config;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A section of every kind of key, as a service would define its own. */
record SampleConfig(
    String address,
    Duration deadline,
    ByteSize maxBody,
    int retries,
    double ratio,
    Mode mode,
    @Nullable Secret token,
    List<String> groups,
    Map<String, String> labels,
    @Nullable Tls tls,
    Map<String, Profile> profiles)
    implements Validated {

  enum Mode {
    FAIL_CLOSED,
    FAIL_OPEN
  }

  record Tls(String certificate, Secret keyPassword) {}

  /** In the spelling of a document that is pasted from elsewhere. */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  record Profile(Duration cacheDuration, Map<String, String> claimsToHeaders) {}

  @Override
  public void validate(CommonConfig common, Problems problems) {
    if (token == null && !common.allowInsecure()) {
      problems.add("sample.token", "a secret, or allow_insecure: true", "allow_insecure");
    }
    if (deadline.isZero()) {
      problems.add("sample.deadline", "a duration above zero");
    }
  }
}
