package io.helmgate.sandbox.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.sandbox.process.SandboxException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The key providers of a realm, which Keycloak calls components. The active one with the highest
 * priority signs; all enabled ones are published.
 */
final class RealmKeys {
  private static final String PROVIDER_TYPE = "org.keycloak.keys.KeyProvider";

  private final KeycloakRest rest;
  private final String realm;
  private final String token;

  /**
   * @param realm URL of the realm in the admin API
   */
  RealmKeys(KeycloakRest rest, String realm, String token) {
    this.rest = rest;
    this.realm = realm;
    this.token = token;
  }

  void rotate(boolean keepOld) {
    List<JsonNode> old = signers();
    int priority =
        old.stream().mapToInt(signer -> signer.at("/config/priority/0").asInt(0)).max().orElse(0);
    add("rsa-generated", priority + 1, Map.of("keySize", "2048", "algorithm", "RS256"));
    if (!keepOld) {
      old.forEach(
          signer -> rest.delete(realm + "/components/" + signer.path("id").asText(), token));
    }
  }

  private List<JsonNode> signers() {
    List<JsonNode> signers = new ArrayList<>();
    for (JsonNode component : rest.get(realm + "/components?type=" + PROVIDER_TYPE, token)) {
      String provider = component.path("providerId").asText();
      if (provider.equals("rsa-generated") || provider.equals("rsa")) {
        signers.add(component);
      }
    }
    return signers;
  }

  /** Publishes a key of ours beside the realm's own. */
  TokenForge forge(String issuer, Clock clock) {
    KeyPair keys = newKeys();
    String pem =
        "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----"
            .formatted(Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded()));
    add("rsa", -1, Map.of("privateKey", pem, "algorithm", "RS256"));
    String publicKey = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    for (JsonNode key : rest.get(realm + "/keys", token).path("keys")) {
      if (key.path("publicKey").asText().equals(publicKey)) {
        return new TokenForge(issuer, key.path("kid").asText(), keys.getPrivate(), clock);
      }
    }
    throw new SandboxException("Keycloak: does not list the key that it was given");
  }

  private void add(String provider, int priority, Map<String, String> settings) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.putArray("priority").add(String.valueOf(priority));
    config.putArray("enabled").add("true");
    config.putArray("active").add("true");
    settings.forEach((name, value) -> config.putArray(name).add(value));
    ObjectNode component = JsonNodeFactory.instance.objectNode();
    component.put("name", provider + " " + priority);
    component.put("providerId", provider);
    component.put("providerType", PROVIDER_TYPE);
    component.set("config", config);
    rest.post(realm + "/components", token, component);
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("RSA: every JDK has it", e);
    }
  }
}
