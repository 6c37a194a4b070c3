package io.helmgate.extauthz.token;

/** Why a token is not accepted, with the status and text that Envoy's jwt_authn gives for it. */
public enum TokenFailure {
  MISSING("Jwt is missing"),
  NOT_YET_VALID("Jwt not yet valid"),
  EXPIRED("Jwt is expired"),
  BAD_FORMAT("Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections"),
  HEADER_BASE64("Jwt header is an invalid Base64url encoded"),
  HEADER_JSON("Jwt header is an invalid JSON"),
  HEADER_ALG("Jwt header [alg] field is required and must be a string"),
  HEADER_ALG_UNSUPPORTED("Jwt header [alg] is not supported"),
  HEADER_KID("Jwt header [kid] field is not a string"),
  PAYLOAD_BASE64("Jwt payload is an invalid Base64url encoded"),
  PAYLOAD_JSON("Jwt payload is an invalid JSON"),
  PAYLOAD_ISS("Jwt payload [iss] field is not a string"),
  PAYLOAD_SUB("Jwt payload [sub] field is not a string"),
  PAYLOAD_IAT("Jwt payload [iat] field is not an integer"),
  PAYLOAD_IAT_RANGE("Jwt payload [iat] field is not a positive 64 bit integer"),
  PAYLOAD_NBF("Jwt payload [nbf] field is not an integer"),
  PAYLOAD_NBF_RANGE("Jwt payload [nbf] field is not a positive 64 bit integer"),
  PAYLOAD_EXP("Jwt payload [exp] field is not an integer"),
  PAYLOAD_EXP_RANGE("Jwt payload [exp] field is not a positive 64 bit integer"),
  PAYLOAD_JTI("Jwt payload [jti] field is not a string"),
  PAYLOAD_AUD("Jwt payload [aud] field is not a string or string list"),
  SIGNATURE_BASE64("Jwt signature is an invalid Base64url encoded"),
  SIGNATURE_LENGTH("Jwt ED25519 signature is wrong length"),
  ISSUER("Jwt issuer is not configured"),
  AUDIENCE("Audiences in Jwt are not allowed"),
  SIGNATURE("Jwt verification fails"),
  NO_KEY("Jwks doesn't have key to match kid or alg from Jwt");

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  private final String text;

  TokenFailure(String text) {
    this.text = text;
  }

  /** The body of the reply. */
  public String text() {
    return text;
  }

  /** The HTTP status of the reply. */
  public int httpStatus() {
    return this == AUDIENCE ? FORBIDDEN : UNAUTHORIZED;
  }

  /** Whether the challenge says {@code error="invalid_token"}: everywhere but where no token is. */
  boolean invalidToken() {
    return this != MISSING;
  }
}
