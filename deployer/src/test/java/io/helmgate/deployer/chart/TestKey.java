package io.helmgate.deployer.chart;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.api.OpenPGPApi;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;

/** An OpenPGP key that signs charts, in files as gpg exports them. */
record TestKey(OpenPGPKey key) {
  private static final OpenPGPApi API = new BcOpenPGPApi();

  static TestKey create(String userId) {
    return create(userId, Instant.now());
  }

  static TestKey create(String userId, Instant created) {
    try {
      return new TestKey(
          API.generateKey(PublicKeyPacket.VERSION_4, Date.from(created))
              .singletonRSAKey(2048, userId)
              .build());
    } catch (PGPException e) {
      throw new IllegalStateException(e);
    }
  }

  TestKey revoked() {
    try {
      return new TestKey(API.editKey(key).revokeKey().done());
    } catch (PGPException e) {
      throw new IllegalStateException(e);
    }
  }

  /** For {@code helm package --sign}. */
  Path secret(Path directory) throws IOException {
    return write(directory, "secret", key.getPGPSecretKeyRing().getEncoded());
  }

  Path binary(Path directory) throws IOException {
    return write(directory, "public", key.toCertificate().getEncoded());
  }

  Path armored(Path directory) throws IOException {
    return write(
        directory,
        "armored",
        key.toCertificate().toAsciiArmoredString().getBytes(StandardCharsets.US_ASCII));
  }

  private static Path write(Path directory, String kind, byte[] content) throws IOException {
    return Files.write(Files.createTempFile(directory, kind, ".gpg"), content);
  }
}
