package io.helmgate.extauthz.config;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.helmgate.kit.config.ByteSize;
import io.helmgate.kit.config.Secret;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A profile; the schema describes each key.
 *
 * @param match which requests take the profile without their route naming it
 * @param limits limits of its own
 * @param calls whether requests are decoded as API calls
 * @param callSchema of which API; absent: the deployer's
 * @param undecodable what becomes of requests that cannot be decoded
 * @param response how refusals are written
 * @param assertion what the upstream is told; absent when nothing
 */
public record ProfileConfig(
    Match match,
    Authentication authentication,
    PolicyKeys policy,
    LimitsConfig.Own limits,
    boolean calls,
    @Nullable CallSchemaKeys callSchema,
    Undecodable undecodable,
    Response response,
    @Nullable Assertion assertion) {

  /** Whether a token is needed. */
  public enum ValidationMode {
    STRICT,
    ALLOWMISSING,
    ANONYMOUS
  }

  /** The API whose calls requests are decoded as; all services of the set when none is named. */
  public record CallSchemaKeys(
      String descriptorSet, List<String> services, boolean clientStreams) {}

  /** What becomes of requests that cannot be decoded. */
  public enum Undecodable {
    DENY,
    MARK
  }

  /** Whether the calls that the policy saw are those of the deployer, all of them. */
  public boolean deployerCalls() {
    return calls && callSchema == null && undecodable == Undecodable.DENY;
  }

  /** What an assertion holds for. */
  public enum Binding {
    CALL,
    TOKEN
  }

  /** Whose form refusals have. */
  public enum Style {
    ENVOY,
    RFC6750,
    REGISTRY
  }

  /** How refusals are written; texts that a style does not use are empty. */
  public record Response(
      Style style, String realm, String service, String scope, String resourceMetadata) {}

  /** Which requests take the profile; both empty: only those whose route names it. */
  public record Match(List<String> hosts, List<String> pathPrefixes) {}

  /** Which policy decides; empty keys take the top level's. */
  public record PolicyKeys(
      String file,
      @Nullable Bundle bundle,
      @Nullable Verification verification,
      @Nullable RemoteOpa remote,
      String query,
      String regoVersion,
      @Nullable ShadowPolicy shadow) {

    /** Nothing but the top level's keys. */
    public static PolicyKeys none() {
      return new PolicyKeys("", null, null, null, "", "", null);
    }

    /** Whether these keys say where the policy is. */
    public boolean hasSource() {
      return !file.isEmpty() || bundle != null || remote != null;
    }
  }

  /** A policy whose verdicts are only compared; empty keys take the profile's. */
  public record ShadowPolicy(
      String file,
      @Nullable Bundle bundle,
      @Nullable Verification verification,
      String query,
      String regoVersion) {

    /** The keys of this policy, if it decided. */
    public PolicyKeys keys() {
      return new PolicyKeys(file, bundle, verification, null, query, regoVersion, null);
    }
  }

  /** An OPA server that is asked. */
  public record RemoteOpa(
      String url, Secret token, String caFile, Duration timeout, int maxConnections) {}

  /** A bundle on a server. */
  public record Bundle(
      String name,
      String url,
      Secret token,
      String caFile,
      Duration hold,
      Duration minDelay,
      Duration maxDelay,
      Duration timeout,
      ByteSize maxBytes) {}

  /** Who may sign a bundle. */
  public record Verification(Secret keys, String scope, List<String> algorithms) {}

  /** What the upstream is told. */
  public record Assertion(Binding binding, String audience) {}

  /** Who may call, in kgateway's words; a document stands in place of the other two. */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  public record Authentication(
      ValidationMode validationMode,
      List<Provider> providers,
      @Nullable GatewayExtension gatewayExtension) {

    /** What is in force. */
    public Jwt jwt() {
      return gatewayExtension == null
          ? new Jwt(validationMode, providers)
          : gatewayExtension.spec().jwt().ordered();
    }

    /**
     * Where a provider is written, below {@code authentication}.
     *
     * @param provider one of those in force
     */
    public String place(Provider provider) {
      return gatewayExtension == null
          ? "providers[" + providers.indexOf(provider) + "]"
          : "gatewayExtension.spec.jwt.providers["
              + gatewayExtension.spec().jwt().providers().indexOf(provider)
              + "]";
    }

    /** Whether both forms are written, so that nobody can tell which one is meant. */
    boolean ambiguous() {
      return gatewayExtension != null
          && (!providers.isEmpty() || validationMode != ValidationMode.STRICT);
    }
  }

  /** A document of kgateway's kind {@code GatewayExtension}. */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  public record GatewayExtension(
      String apiVersion,
      String kind,
      Map<String, Object> metadata,
      Map<String, Object> status,
      Spec spec) {}

  /** Its specification. */
  public record Spec(String type, Jwt jwt) {}

  /** Who may call. */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  public record Jwt(ValidationMode validationMode, List<Provider> providers) {

    /** Whether nobody is asked who they are, and the configuration says so. */
    public boolean anonymous() {
      return validationMode == ValidationMode.ANONYMOUS;
    }

    /** kgateway asks its providers in the order of their names. */
    Jwt ordered() {
      return new Jwt(
          validationMode, providers.stream().sorted(Comparator.comparing(Provider::name)).toList());
    }
  }

  /** An identity provider; without jwks its issuer says where the keys are. */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  public record Provider(
      String name,
      String issuer,
      List<String> audiences,
      TokenSource tokenSource,
      List<TokenSource> tokenSources,
      List<ClaimToHeader> claimsToHeaders,
      boolean forwardToken,
      @Nullable Jwks jwks,
      Duration clockSkew,
      boolean requireExpiration,
      @Nullable Duration maxLifetime,
      List<String> subjects,
      String typ,
      List<String> algorithms,
      Identity identity) {}

  /** A header that tells the upstream a claim. */
  public record ClaimToHeader(String name, String header, ListForm lists, boolean words) {}

  /** How a list is written into a header. */
  public enum ListForm {
    BASE64JSON,
    JSON,
    COMMA,
    REPEATED
  }

  /** Where a token stands; at most one of the three. */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  public record TokenSource(
      @Nullable Header header, @Nullable String queryParameter, @Nullable String cookie) {

    boolean isEmpty() {
      return header == null && queryParameter == null && cookie == null;
    }
  }

  /** A header that holds a token. */
  public record Header(String header, String prefix) {}

  /** A provider's keys; exactly one of the two. */
  public record Jwks(@Nullable Local local, @Nullable Remote remote) {}

  /** Keys written in the configuration; secret, since shared ones may be among them. */
  public record Local(Secret inline) {}

  /** Keys that the provider publishes; what only kgateway needs has no effect. */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  public record Remote(
      String url,
      Duration cacheDuration,
      @Nullable RetryPolicy retryPolicy,
      @Nullable Map<String, Object> backendRef,
      @Nullable Map<String, Object> asyncFetch) {}

  /** How a failed fetch is tried again at once. */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  public record RetryPolicy(int numRetries, BackOff backOff) {}

  /** Waits between attempts; without a longest one it is ten times the first. */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  public record BackOff(Duration baseInterval, @Nullable Duration maxInterval) {}

  /** Which claims name user and groups; without prefix it is the provider's name and a colon. */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  public record Identity(String userClaim, String groupsClaim, @Nullable String prefix) {}
}
