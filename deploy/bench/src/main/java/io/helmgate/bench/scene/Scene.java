package io.helmgate.bench.scene;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import java.nio.ByteBuffer;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What everybody is asked: may a member of team-a read one of the team's apps? The token is an
 * RS256 one with the claims that Keycloak gives; the headers are those of a browser.
 */
public final class Scene {

  /** {@code iss} of all tokens. */
  public static final String ISSUER = "https://id.example.com/realms/helmgate";

  /** {@code aud} of all tokens. */
  public static final String AUDIENCE = "helmgate";

  /** What is read. */
  public static final String PATH = "/apps/team-a/shop";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int KEY_BITS = 2048;
  private static final Duration LIFETIME = Duration.ofDays(1);
  private static final int GRPC_PREFIX = 5;
  private static final String METHOD = "/helmgate.HelmProxyService/GetApp";

  private final RSAKey key;
  private final JWSSigner signer;
  private final Instant now;

  private Scene(RSAKey key, JWSSigner signer, Instant now) {
    this.key = key;
    this.signer = signer;
    this.now = now;
  }

  /** Makes a new key. */
  public static Scene create(Instant now) {
    try {
      RSAKey key =
          new RSAKeyGenerator(KEY_BITS).keyID("bench").algorithm(JWSAlgorithm.RS256).generate();
      return new Scene(key, new RSASSASigner(key), now);
    } catch (JOSEException e) {
      throw new IllegalStateException("RS256: every JDK has it", e);
    }
  }

  /** The public keys. */
  public String jwks() {
    return new JWKSet(key.toPublicJWK()).toString();
  }

  /** A good token of a user, in some groups. */
  public String token(String user, List<String> groups) {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256)
                .type(JOSEObjectType.JWT)
                .keyID(key.getKeyID())
                .build(),
            claims(user, groups));
    try {
      token.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("RS256: every JDK has it", e);
    }
    return token.serialize();
  }

  private JWTClaimsSet claims(String user, List<String> groups) {
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience(AUDIENCE)
        .subject("f:5b1c1d40:" + user)
        .claim("azp", "helmgate-cli")
        .claim("sid", "session-of-" + user)
        .claim("scope", "openid profile email")
        .claim("org", "example")
        .claim("preferred_username", user)
        .claim("email", user + "@example.com")
        .claim("email_verified", true)
        .claim("groups", groups)
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plus(LIFETIME)))
        .build();
  }

  /** The token of the one who is asked about most. */
  public String token() {
    return token("alice", List.of("team-a", "developers"));
  }

  /** The headers of a request, as Envoy hands them on. */
  public static Map<String, String> headers(String token) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(":authority", "helmgate.example.com");
    headers.put(":method", "GET");
    headers.put(":path", PATH);
    headers.put(":scheme", "https");
    headers.put("accept", "application/json");
    headers.put("accept-encoding", "gzip, deflate, br");
    headers.put("authorization", "Bearer " + token);
    headers.put("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101");
    headers.put("x-forwarded-for", "203.0.113.7");
    headers.put("x-forwarded-proto", "https");
    headers.put("x-request-id", "7d1c0e9e-3a55-4f7a-8a50-5a8e3a4d3c11");
    headers.put("x-tenant", "example");
    return headers;
  }

  /** What Envoy asks for a request with these headers. */
  public CheckRequest check(Map<String, String> headers) {
    AttributeContext.HttpRequest http =
        AttributeContext.HttpRequest.newBuilder()
            .setId("7d1c0e9e-3a55-4f7a-8a50-5a8e3a4d3c11")
            .setMethod("GET")
            .putAllHeaders(headers)
            .setPath(PATH)
            .setHost("helmgate.example.com")
            .setScheme("https")
            .setProtocol("HTTP/2")
            .build();
    return CheckRequest.newBuilder()
        .setAttributes(
            AttributeContext.newBuilder()
                .setSource(peer("203.0.113.7", 52_814))
                .setDestination(peer("10.0.0.12", 8_443))
                .setRequest(AttributeContext.Request.newBuilder().setHttp(http)))
        .build();
  }

  private static AttributeContext.Peer peer(String address, int port) {
    return AttributeContext.Peer.newBuilder()
        .setAddress(
            Address.newBuilder()
                .setSocketAddress(
                    SocketAddress.newBuilder().setAddress(address).setPortValue(port)))
        .build();
  }

  /** A message as the body of a gRPC request: not compressed, with its length before it. */
  public static byte[] grpcBody(CheckRequest check) {
    byte[] message = check.toByteArray();
    return ByteBuffer.allocate(GRPC_PREFIX + message.length)
        .put((byte) 0)
        .putInt(message.length)
        .put(message)
        .array();
  }

  /**
   * The same question to OPA's Data API, with no more than the policy needs and the headers.
   *
   * @param verified whether the claims are there already, so that OPA need not look at the token
   */
  public String opaInput(String token, boolean verified) {
    ObjectNode input = JSON.createObjectNode();
    ObjectNode headers = input.putObject("headers");
    headers(token)
        .forEach(
            (name, value) -> {
              if (!name.startsWith(":") && !(verified && name.equals("authorization"))) {
                headers.put(name, value);
              }
            });
    input.put("method", METHOD);
    input.putObject("request").put("namespace", "team-a").put("name", "shop");
    if (verified) {
      try {
        input.set(
            "claims", JSON.valueToTree(SignedJWT.parse(token).getJWTClaimsSet().toJSONObject()));
      } catch (ParseException e) {
        throw new IllegalArgumentException("token: cannot be read", e);
      }
    }
    return JSON.createObjectNode().set("input", input).toString();
  }

  /**
   * A policy in which the claims come out of the token by {@code io.jwt.decode_verify}.
   *
   * @param rego a policy of package {@code helmgate.authz} that reads {@code input.claims}
   */
  public String verifyingPolicy(String rego) {
    return rego.replace("package helmgate.authz", "package verifying.authz")
            .replace("input.claims", "claims")
        + """

        claims := verified[2] if verified[0]

        verified := io.jwt.decode_verify(
        	trim_prefix(input.headers.authorization, "Bearer "),
        	{"cert": `JWKS`, "iss": "ISSUER", "aud": "AUDIENCE"},
        )
        """
            .replace("JWKS", jwks())
            .replace("ISSUER", ISSUER)
            .replace("AUDIENCE", AUDIENCE);
  }
}
