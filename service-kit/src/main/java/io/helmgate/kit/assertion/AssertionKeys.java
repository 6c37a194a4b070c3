package io.helmgate.kit.assertion;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;

/**
 * The keys that sign assertions: a private JWK set (RFC 7517) in a file, of EC P-256 (ES256) and
 * Ed25519 (EdDSA) keys, each with its {@code kid}.
 *
 * <p>The first key signs; all are published, so that a key can be known to verifiers before it
 * signs and after. The file is read again when it changes.
 */
public final class AssertionKeys {

  private record Loaded(SigningKey signing, JWKSet published) {}

  private final ReloadingFile<Loaded> file;

  private AssertionKeys(ReloadingFile<Loaded> file) {
    this.file = file;
  }

  /** Throws IOException if the file cannot be read or holds a key that cannot sign. */
  public static AssertionKeys load(Path privateSet) throws IOException {
    return load(privateSet, InstantSource.system());
  }

  /** As {@link #load(Path)}, looking for changes by that clock. */
  public static AssertionKeys load(Path privateSet, InstantSource clock) throws IOException {
    return new AssertionKeys(ReloadingFile.open(privateSet, AssertionKeys::read, clock));
  }

  /**
   * Writes a new private set of one ES256 key, readable by its owner only, and its public set.
   *
   * @throws java.nio.file.FileAlreadyExistsException if one of the files exists
   */
  public static void generate(Path privateSet, Path publicSet) throws IOException {
    JWKSet keys;
    try {
      keys =
          new JWKSet(
              new ECKeyGenerator(Curve.P_256)
                  .keyUse(KeyUse.SIGNATURE)
                  .keyIDFromThumbprint(true)
                  .generate());
    } catch (JOSEException e) {
      throw new IllegalStateException("every Java platform has EC keys", e);
    }
    Files.createFile(
        privateSet,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(privateSet, keys.toString(false), StandardOpenOption.WRITE);
    Files.writeString(
        publicSet, keys.toString(true), StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
  }

  /** The public halves of all keys. */
  public JWKSet publicKeys() {
    return file.get().published();
  }

  SigningKey signing() {
    return file.get().signing();
  }

  private static Loaded read(String text) throws IOException {
    JWKSet set = JwkSetFile.parse(text);
    SigningKey first = null;
    Set<String> kids = new HashSet<>();
    for (JWK key : set.getKeys()) {
      SigningKey signing = SigningKey.of(key);
      first = first == null ? signing : first;
      if (!kids.add(key.getKeyID())) {
        throw new IOException("key " + key.getKeyID() + ": kid twice (expected: once)");
      }
    }
    if (first == null) {
      throw new IOException("no keys (expected: at least one)");
    }
    return new Loaded(first, set.toPublicJWKSet());
  }
}
