package io.helmgate.sandbox.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateAuthorityTest {
  @Test
  void issuesACertificateForNamesAndAddresses(@TempDir Path directory) throws Exception {
    var authority = CertificateAuthority.create("test", new SecureRandom(), Instant.now());

    PemPair pair = authority.issue(directory, "envoy", "envoy.helmgate.internal", "127.0.0.1");

    X509Certificate certificate;
    try (InputStream in = Files.newInputStream(pair.certificate())) {
      certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
    certificate.verify(authority.certificate().getPublicKey());
    certificate.checkValidity();
    assertThat(certificate.getSubjectAlternativeNames())
        .containsExactlyInAnyOrder(List.of(2, "envoy.helmgate.internal"), List.of(7, "127.0.0.1"));
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    assertThat(authority.certificate().getBasicConstraints()).isZero();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pair.key())))
        .isEqualTo("rw-------");
    assertThat(pair.key()).content().startsWith("-----BEGIN PRIVATE KEY-----\n");
  }
}
