package io.helmgate.kit.assertion;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * The public JWK set (RFC 7517) in a file, read again when it changes: what a verifier needs. A set
 * with private keys gives their public halves.
 */
public final class JwkSetFile implements Supplier<JWKSet> {

  private final ReloadingFile<JWKSet> file;

  private JwkSetFile(ReloadingFile<JWKSet> file) {
    this.file = file;
  }

  /** Throws IOException if the file cannot be read or holds no key for assertions. */
  public static JwkSetFile load(Path file) throws IOException {
    return load(file, InstantSource.system());
  }

  /** As {@link #load(Path)}, looking for changes by that clock. */
  public static JwkSetFile load(Path file, InstantSource clock) throws IOException {
    return new JwkSetFile(ReloadingFile.open(file, JwkSetFile::read, clock));
  }

  @Override
  public JWKSet get() {
    return file.get();
  }

  static JWKSet parse(String text) throws IOException {
    try {
      return JWKSet.parse(text);
    } catch (ParseException e) {
      // Without the cause: its message may quote the file, which may hold private keys.
      throw new IOException("no JWK set (expected: {\"keys\": [...]}, RFC 7517)");
    }
  }

  private static JWKSet read(String text) throws IOException {
    JWKSet set = parse(text).toPublicJWKSet();
    if (set.getKeys().stream()
        .noneMatch(key -> key.getKeyID() != null && SigningKey.algorithm(key).isPresent())) {
      throw new IOException("no key for assertions (expected: EC P-256 or Ed25519, with kid)");
    }
    return set;
  }
}
