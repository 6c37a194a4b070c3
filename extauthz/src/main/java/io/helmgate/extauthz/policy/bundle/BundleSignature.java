package io.helmgate.extauthz.policy.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.extauthz.json.StrictJson;
import io.helmgate.extauthz.keys.InvalidKeySetException;
import io.helmgate.extauthz.keys.KeyLookup;
import io.helmgate.extauthz.keys.LocalKeys;
import io.helmgate.extauthz.keys.SignatureCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Checks a bundle's {@code .signatures.json}: one JWT whose claim {@code files} lists the hash of
 * every file of the bundle, in OPA's default format.
 */
final class BundleSignature {

  static final String NAME = ".signatures.json";
  private static final Set<String> DEFAULT_PLUGIN = Set.of("", "_default");

  /** OPA's names of hashes that are still good, as Java calls them. */
  private static final Map<String, String> HASHES =
      Map.of(
          "SHA-256", "SHA-256",
          "SHA-384", "SHA-384",
          "SHA-512", "SHA-512",
          "SHA-512-256", "SHA-512/256");

  private final BundleKeys trusted;
  private final LocalKeys keys;

  BundleSignature(BundleKeys trusted) throws InvalidBundleException {
    this.trusted = trusted;
    try {
      this.keys = LocalKeys.of(trusted.keys().reveal());
    } catch (InvalidKeySetException e) {
      throw new InvalidBundleException("verification keys: " + e.getMessage(), e);
    }
  }

  /** Passes when every file is signed, and nothing else is. */
  void check(SortedMap<String, byte[]> files) throws InvalidBundleException {
    byte[] signatures = files.get(NAME);
    if (signatures == null) {
      throw new InvalidBundleException(
          "not signed (expected: a " + NAME + ", since verification keys are configured)");
    }
    Map<String, JsonNode> signed = signedFiles(verifiedClaims(token(signatures)));
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      if (!file.getKey().equals(NAME)) {
        checkHash(file.getKey(), file.getValue(), signed.remove(file.getKey()));
      }
    }
    if (!signed.isEmpty()) {
      throw new InvalidBundleException("signed files are missing: " + signed.keySet());
    }
  }

  private static String token(byte[] signatures) throws InvalidBundleException {
    JsonNode root = object(signatures, NAME);
    String plugin = root.path("plugin").asText("");
    if (!DEFAULT_PLUGIN.contains(plugin)) {
      throw new InvalidBundleException(
          NAME + ": plugin: " + plugin + " (expected: OPA's default format)");
    }
    JsonNode tokens = root.path("signatures");
    if (tokens.size() != 1 || !tokens.path(0).isTextual()) {
      throw new InvalidBundleException(NAME + " (expected: exactly one signature)");
    }
    return tokens.path(0).textValue();
  }

  private JsonNode verifiedClaims(String token) throws InvalidBundleException {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      throw new InvalidBundleException(NAME + " (expected: a JWT of three parts)");
    }
    JsonNode header = object(decoded(parts[0]), "the signature's header");
    String alg = header.path("alg").asText("");
    if (header.has("crit")) {
      throw new InvalidBundleException("the signature has critical extensions, none is known");
    }
    boolean accepted = trusted.algorithms().isEmpty() || trusted.algorithms().contains(alg);
    if (!accepted) {
      throw new InvalidBundleException(
          "signature algorithm: " + alg + " (expected: one of " + trusted.algorithms() + ")");
    }
    byte[] signing = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.UTF_8);
    String kid = header.path("kid").asText("");
    if (!isSigned(kid, alg, signing, decoded(parts[2]))) {
      throw new InvalidBundleException("the signature was made by none of the configured keys");
    }
    JsonNode claims = object(decoded(parts[1]), "the signature's claims");
    String scope = claims.path("scope").asText("");
    if (!scope.equals(trusted.scope())) {
      throw new InvalidBundleException(
          "signature scope: '" + scope + "' (expected: '" + trusted.scope() + "')");
    }
    return claims;
  }

  private boolean isSigned(String kid, String alg, byte[] signed, byte[] signature) {
    return keys.find(kid, alg, Instant.MAX) instanceof KeyLookup.Found found
        && found.keys().stream()
            .anyMatch(key -> key.check(alg, signed, signature) == SignatureCheck.GOOD);
  }

  private static Map<String, JsonNode> signedFiles(JsonNode claims) throws InvalidBundleException {
    Map<String, JsonNode> files = new HashMap<>();
    for (JsonNode file : claims.path("files")) {
      String name = file.path("name").asText("").replaceFirst("^/", "");
      if (files.put(name, file) != null) {
        throw new InvalidBundleException(name + " is signed twice");
      }
    }
    return files;
  }

  private static void checkHash(String name, byte[] content, @Nullable JsonNode signed)
      throws InvalidBundleException {
    if (signed == null) {
      throw new InvalidBundleException(name + " is not signed");
    }
    String algorithm = signed.path("algorithm").asText("");
    String known = HASHES.get(algorithm);
    if (known == null) {
      throw new InvalidBundleException(
          name + ": hash: " + algorithm + " (expected: one of " + HASHES.keySet() + ")");
    }
    try {
      MessageDigest digest = MessageDigest.getInstance(known);
      byte[] actual = isDocument(name) ? DocumentHash.of(content, digest) : digest.digest(content);
      byte[] expected = HexFormat.of().parseHex(signed.path("hash").asText(""));
      if (!MessageDigest.isEqual(actual, expected)) {
        throw new InvalidBundleException(name + " is not what was signed");
      }
    } catch (InvalidBundleException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidBundleException(name + ": " + e.getMessage(), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + known, e);
    }
  }

  /** What OPA hashes by content. It hashes YAML so, too, which is refused here as no JSON. */
  private static boolean isDocument(String name) {
    String base = name.substring(name.lastIndexOf('/') + 1);
    return base.equals("data.json")
        || base.equals(BundleManifest.NAME)
        || base.equals("data.yaml")
        || base.equals("data.yml");
  }

  private static JsonNode object(byte[] json, String what) throws InvalidBundleException {
    Optional<? extends JsonNode> object = StrictJson.object(json);
    if (object.isEmpty()) {
      throw new InvalidBundleException(what + " is no JSON object");
    }
    return object.get();
  }

  private static byte[] decoded(String base64) throws InvalidBundleException {
    try {
      return Base64.getUrlDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new InvalidBundleException(NAME + ": not base64url", e);
    }
  }
}
