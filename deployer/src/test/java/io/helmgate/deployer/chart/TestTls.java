package io.helmgate.deployer.chart;

import io.helmgate.sandbox.tls.CertificateAuthority;
import io.helmgate.sandbox.tls.PemPair;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import javax.net.ssl.SSLContext;

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
  SSLContext server() {
    return authority.server("server", "127.0.0.1");
  }
}
