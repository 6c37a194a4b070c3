package io.helmgate.extauthz.config;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.helmgate.kit.config.Secret;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A profile; the schema describes each key.
 *
 * @param match which requests take the profile without their route naming it
 * @param calls whether requests are decoded as API calls
 * @param assertion what the upstream is told; absent when nothing
 */
public record ProfileConfig(
    Match match,
    Authentication authentication,
    PolicyKeys policy,
    boolean calls,
    @Nullable Assertion assertion) {

  /** Whether a token is needed. */
  public enum ValidationMode {
    STRICT,
    ALLOWMISSING
  }

  /** What an assertion holds for. */
  public enum Binding {
    CALL,
    TOKEN
  }

  /** Which requests take the profile; both empty: only those whose route names it. */
  public record Match(List<String> hosts, List<String> pathPrefixes) {}

  /** Which policy decides; empty keys take the top level's. */
  public record PolicyKeys(String file, String query, String regoVersion) {}

  /** What the upstream is told. */
  public record Assertion(Binding binding, String audience) {}

  /** Who may call, in kgateway's words. */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  public record Authentication(ValidationMode validationMode, List<Provider> providers) {}

  /** An identity provider. */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  public record Provider(
      String name,
      String issuer,
      List<String> audiences,
      TokenSource tokenSource,
      boolean forwardToken,
      Jwks jwks,
      Duration clockSkew,
      boolean requireExpiration,
      List<String> algorithms,
      Identity identity) {}

  /** Where a token stands; at most one of the two. */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  public record TokenSource(@Nullable Header header, String queryParameter) {}

  /** A header that holds a token. */
  public record Header(String header, String prefix) {}

  /** A provider's keys; exactly one of the two. */
  public record Jwks(@Nullable Local local, @Nullable Remote remote) {}

  /** Keys written in the configuration; secret, since shared ones may be among them. */
  public record Local(Secret inline) {}

  /** Keys that the provider publishes. */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  public record Remote(String url, Duration cacheDuration) {}

  /** Which claims name user and groups; without prefix it is the provider's name and a colon. */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  public record Identity(String userClaim, String groupsClaim, @Nullable String prefix) {}
}
