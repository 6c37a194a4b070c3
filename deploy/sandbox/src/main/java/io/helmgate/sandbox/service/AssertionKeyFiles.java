package io.helmgate.sandbox.service;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.sandbox.process.SandboxException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/**
 * The key with which extauthz signs what it asserts to the deployer, as JWK sets (RFC 7517).
 *
 * @param signing with the private key, for extauthz alone
 * @param published with the public key
 */
public record AssertionKeyFiles(Path signing, Path published) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int COORDINATE_BYTES = 32;

  /** Makes a new key and writes both files. */
  public static AssertionKeyFiles write(Path directory, SecureRandom random) {
    var files =
        new AssertionKeyFiles(
            directory.resolve("assertion-keys.json"), directory.resolve("assertion-jwks.json"));
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair keys = generator.generateKeyPair();
      ObjectNode published = published((ECPublicKey) keys.getPublic());
      ObjectNode signing = published.deepCopy();
      signing.put("d", coordinate(((ECPrivateKey) keys.getPrivate()).getS()));
      Files.deleteIfExists(files.signing());
      Files.createFile(
          files.signing(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(files.signing(), set(signing));
      Files.writeString(files.published(), set(published));
      return files;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("P-256: every JDK has it", e);
    } catch (IOException e) {
      throw new SandboxException(directory + ": can't be written", e);
    }
  }

  private static ObjectNode published(ECPublicKey key) {
    ObjectNode jwk = JSON.createObjectNode();
    jwk.put("kty", "EC").put("crv", "P-256").put("use", "sig").put("alg", "ES256");
    jwk.put("kid", "sandbox-1");
    jwk.put("x", coordinate(key.getW().getAffineX()));
    jwk.put("y", coordinate(key.getW().getAffineY()));
    return jwk;
  }

  private static String set(ObjectNode jwk) {
    ObjectNode set = JSON.createObjectNode();
    set.putArray("keys").add(jwk);
    return set.toPrettyString();
  }

  /** Encodes a number in exactly as many bytes as the curve has (RFC 7518, section 6.2.1.2). */
  private static String coordinate(BigInteger number) {
    byte[] bytes = number.toByteArray();
    byte[] fixed = new byte[COORDINATE_BYTES];
    int length = Math.min(bytes.length, COORDINATE_BYTES);
    System.arraycopy(bytes, bytes.length - length, fixed, COORDINATE_BYTES - length, length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(fixed);
  }
}
