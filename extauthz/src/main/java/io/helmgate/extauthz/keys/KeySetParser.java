package io.helmgate.extauthz.keys;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import io.helmgate.extauthz.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads key sets (RFC 7517 §5). A key that cannot be used is left out, the others stay; a set
 * without any usable key is refused as a whole.
 */
final class KeySetParser {

  private static final int MIN_RSA_BITS = 2048;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  /** Whether shared secrets are accepted: never from a URL that anybody may read. */
  enum Secrets {
    REFUSED,
    IF_THEY_NAME_THEIR_ALGORITHM
  }

  private final Secrets secrets;
  private final int maxKeys;

  KeySetParser(Secrets secrets, int maxKeys) {
    this.secrets = secrets;
    this.maxKeys = maxKeys;
  }

  /**
   * Reads a key set, or a single key.
   *
   * @throws InvalidKeySetException when there is no usable key in it
   */
  KeySet parse(byte[] json) throws InvalidKeySetException {
    JsonNode root =
        StrictJson.object(json)
            .orElseThrow(() -> new InvalidKeySetException("the key set is no JSON object"));
    JsonNode keys = root.has("kty") ? MAPPER.createArrayNode().add(root) : root.path("keys");
    if (!keys.isArray()) {
      throw new InvalidKeySetException("the key set has no [keys] array");
    }
    if (keys.size() > maxKeys) {
      throw new InvalidKeySetException(
          "the key set has " + keys.size() + " keys (expected: at most " + maxKeys + ")");
    }
    List<VerificationKey> usable = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    for (JsonNode key : keys) {
      try {
        usable.add(key(key));
      } catch (JOSEException | ParseException | IllegalArgumentException e) {
        skipped.add("kid " + key.path("kid").asText("(none)") + ": " + e.getMessage());
      }
    }
    return checked(usable, skipped);
  }

  /**
   * Reads PEM public keys (SubjectPublicKeyInfo).
   *
   * @throws InvalidKeySetException when there is no usable key in it
   */
  KeySet parsePem(String pem) throws InvalidKeySetException {
    List<VerificationKey> usable = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    for (JWK key : PemKeys.read(pem)) {
      try {
        usable.add(usable(key));
      } catch (JOSEException e) {
        skipped.add("PEM key: " + e.getMessage());
      }
    }
    return checked(usable, skipped);
  }

  /** Reads what kgateway takes inline: a key set, a single key or PEM. */
  KeySet parseAny(String text) throws InvalidKeySetException {
    return text.stripLeading().startsWith("-----BEGIN")
        ? parsePem(text)
        : parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private VerificationKey key(JsonNode json) throws ParseException, JOSEException {
    return usable(JWK.parse(MAPPER.convertValue(json, OBJECT)));
  }

  private VerificationKey usable(JWK key) throws JOSEException {
    if (key.getKeyUse() != null && !key.getKeyUse().equals(KeyUse.SIGNATURE)) {
      throw new JOSEException("its use is " + key.getKeyUse() + " (expected: sig)");
    }
    if (key.getKeyType().equals(KeyType.OCT)) {
      refuseSecret(key);
    }
    if (key instanceof RSAKey rsa && rsa.size() < MIN_RSA_BITS) {
      throw new JOSEException("RSA key has " + rsa.size() + " bits (expected: at least 2048)");
    }
    return new VerificationKey(
        orEmpty(key.getKeyID()),
        Optional.ofNullable(key.getAlgorithm()).map(Object::toString).orElse(""),
        key.computeThumbprint().toString(),
        JwkChecker.of(key));
  }

  private void refuseSecret(JWK key) throws JOSEException {
    switch (secrets) {
      case REFUSED -> throw new JOSEException("a shared secret in a published key set");
      case IF_THEY_NAME_THEIR_ALGORITHM -> {
        if (key.getAlgorithm() == null) {
          throw new JOSEException("a shared secret without [alg]");
        }
      }
    }
  }

  private static KeySet checked(List<VerificationKey> usable, List<String> skipped)
      throws InvalidKeySetException {
    if (usable.isEmpty()) {
      throw new InvalidKeySetException("the key set has no usable key; left out: " + skipped);
    }
    return new KeySet(List.copyOf(usable), List.copyOf(skipped));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
