package io.helmgate.kit.tls;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.net.Socket;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PeerNamesTest {
  private static final int DNS = GeneralName.dNSName;
  private static final int URI = GeneralName.uniformResourceIdentifier;
  private static final int IP = GeneralName.iPAddress;

  @ParameterizedTest
  @CsvSource({
    DNS + ", envoy.internal, envoy.internal",
    URI + ", spiffe://helmgate/envoy, spiffe://helmgate/envoy",
    IP + ", 127.0.0.1, 127.0.0.1",
    IP + ", ::1, ::1",
    IP + ", 2001:db8::1, 2001:0db8:0:0:0:0:0:1"
  })
  void aPeerWithAnAllowedNameIsAccepted(int tag, String name, String allowed) {
    assertThatCode(() -> verify(certificate(new GeneralName(tag, name)), allowed))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    DNS + ", envoy.internal, envoy.internal.example",
    DNS + ", *.internal, envoy.internal",
    DNS + ", envoy.internal, *.internal",
    DNS + ", 127.0.0.1, 127.0.0.1",
    DNS + ", spiffe://helmgate/envoy, spiffe://helmgate/envoy",
    URI + ", spiffe://helmgate/envoy/x, spiffe://helmgate/envoy",
    IP + ", 127.0.0.2, 127.0.0.1",
    GeneralName.rfc822Name + ", envoy.internal, envoy.internal"
  })
  void aPeerWithAnotherNameIsRefused(int tag, String name, String allowed) {
    assertThatExceptionOfType(CertificateException.class)
        .isThrownBy(() -> verify(certificate(new GeneralName(tag, name)), allowed));
  }

  @Test
  void theRefusalTellsTheNamesThatWereSeen() {
    var names =
        new GeneralName[] {
          new GeneralName(DNS, "a.internal"),
          new GeneralName(URI, "spiffe://helmgate/a"),
          new GeneralName(IP, "10.0.0.1")
        };

    assertThatExceptionOfType(CertificateException.class)
        .isThrownBy(() -> verify(certificate(names), "b.internal"))
        .withMessage(
            "peer certificate: names [a.internal, spiffe://helmgate/a, 10.0.0.1] (expected: one of"
                + " [b.internal])");
  }

  @Test
  void aCommonNameIsNoAllowedName() {
    assertThatExceptionOfType(CertificateException.class)
        .isThrownBy(() -> verify(certificate(), "envoy.internal"))
        .withMessage("peer certificate: names [] (expected: one of [envoy.internal])");
  }

  @Test
  void withoutAllowedNamesNobodyIsAccepted() {
    assertThatExceptionOfType(CertificateException.class)
        .isThrownBy(
            () ->
                new PeerNames(Set.of())
                    .verifyPeerCertificate(
                        List.of(certificate(new GeneralName(DNS, "a")))
                            .toArray(X509Certificate[]::new),
                        "EC",
                        new Socket()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"300.0.0.1", "::g", "host:8443"})
  void anAllowedNameThatOnlyLooksLikeAnAddressIsRefused(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> new PeerNames(Set.of(name)));
  }

  private static void verify(X509Certificate peer, String allowed) throws Exception {
    try (Socket socket = new Socket()) {
      new PeerNames(Set.of(allowed))
          .verifyPeerCertificate(new X509Certificate[] {peer}, "EC", socket);
    }
  }

  /** A self-signed certificate with these names, whose common name is {@code envoy.internal}. */
  private static X509Certificate certificate(GeneralName... names) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair keys = generator.generateKeyPair();
    X500Name subject = new X500Name("CN=envoy.internal");
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            subject,
            BigInteger.ONE,
            Date.from(now.minusSeconds(60)),
            Date.from(now.plusSeconds(3600)),
            subject,
            keys.getPublic());
    if (names.length > 0) {
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
    }
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }
}
