package io.helmgate.deployer.chart;

import io.helmgate.sandbox.tls.CertificateAuthority;
import io.helmgate.sandbox.tls.PemPair;
import io.kubernetes.client.util.SSLUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Instant;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority, and servers and clients that it knows. */
record TestTls(CertificateAuthority authority, Path directory) {

  static TestTls create(Path directory) {
    return new TestTls(
        CertificateAuthority.create("test", new SecureRandom(), Instant.now()), directory);
  }

  /** Its certificate, PEM. */
  Path caFile() {
    return authority.write(directory.resolve("ca.crt"));
  }

  PemPair issue(String name) {
    return authority.issue(directory, name, "127.0.0.1");
  }

  /** A server's, which trusts clients of the same authority. */
  SSLContext server() throws IOException {
    PemPair pair = issue("server");
    byte[] key = Files.readAllBytes(pair.key());
    try {
      KeyManager[] keys =
          SSLUtils.keyManagers(
              Files.readAllBytes(pair.certificate()),
              key,
              SSLUtils.recognizePrivateKeyAlgo(key),
              "",
              null,
              null);
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry("ca", authority.certificate());
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }
}
