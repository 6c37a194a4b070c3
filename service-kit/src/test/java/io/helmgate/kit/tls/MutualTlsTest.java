package io.helmgate.kit.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.awaitility.Awaitility;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MutualTlsTest {

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  @TempDir private Path directory;
  private Authority authority;

  @BeforeEach
  void makeAuthority() throws Exception {
    authority = new Authority("authority");
    authority.issue(directory, "server", "server.internal");
    authority.issue(directory, "client", "client.internal");
  }

  @AfterEach
  void stopTimer() {
    timer.shutdownNow();
  }

  @Test
  void peersWithAllowedNamesTalk() throws Exception {
    assertThat(greet(tls("server", "client.internal"), tls("client", "server.internal")))
        .isEqualTo('!');
  }

  @Test
  void aClientWithAnotherNameIsRefused() {
    assertThatThrownBy(() -> greet(tls("server", "someone.else"), tls("client", "server.internal")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aServerWithAnotherNameIsRefusedAndItsNamesAreTold() {
    assertThatThrownBy(() -> greet(tls("server", "client.internal"), tls("client", "other")))
        .isInstanceOf(IOException.class)
        .hasStackTraceContaining("names [server.internal] (expected: one of [other])");
  }

  @Test
  void aCertificateOfAnotherAuthorityIsRefused() throws Exception {
    new Authority("stranger").issue(directory, "client", "client.internal");
    assertThatThrownBy(
            () -> greet(tls("server", "client.internal"), tls("client", "server.internal")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aNewCertificateIsUsedWithoutRestart() throws Exception {
    var server = tls("server", "client.internal");
    var old = server.keys().getCertificateChain(server.keys().getServerAliases("EC", null)[0])[0];
    authority.issue(directory, "server", "server.internal");
    Files.setLastModifiedTime(
        directory.resolve("server.key"),
        java.nio.file.attribute.FileTime.from(Instant.now().plusSeconds(2)));
    Files.setLastModifiedTime(
        directory.resolve("server.crt"),
        java.nio.file.attribute.FileTime.from(Instant.now().plusSeconds(2)));

    Awaitility.await("the new certificate is shown")
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                !server
                    .keys()
                    .getCertificateChain(server.keys().getServerAliases("EC", null)[0])[0]
                    .equals(old));
    assertThat(greet(server, tls("client", "server.internal"))).isEqualTo('!');
  }

  @Test
  void aKeyOfAnotherCertificateLeavesTheOldPairInForce() throws Exception {
    var server = tls("server", "client.internal");
    Path certificate = directory.resolve("server.crt");
    byte[] first = Files.readAllBytes(certificate);
    authority.issue(directory, "server", "server.internal");
    byte[] second = Files.readAllBytes(certificate);
    Files.write(certificate, first);
    var shown = server.keys().getCertificateChain(server.keys().getServerAliases("EC", null)[0]);

    assertThatThrownBy(() -> tls("server", "client.internal"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("server.key: not the key of");
    assertThat(server.keys().getCertificateChain(server.keys().getServerAliases("EC", null)[0]))
        .isEqualTo(shown);
    assertThat(greet(server, tls("client", "server.internal"))).isEqualTo('!');

    Files.write(certificate, second);
    assertThat(greet(tls("server", "client.internal"), tls("client", "server.internal")))
        .isEqualTo('!');
  }

  @Test
  void authoritiesAreNotNamedToPeers() throws Exception {
    assertThat(tls("server", "client.internal").trust().getAcceptedIssuers()).isEmpty();
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> tls("nobody", "x"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nobody");
  }

  private MutualTls tls(String name, String peer) throws IOException {
    return MutualTls.load(
        new TlsFiles(
            directory.resolve(name + ".crt"),
            directory.resolve(name + ".key"),
            directory.resolve("ca.crt")),
        Set.of(peer),
        timer,
        Duration.ofMillis(50));
  }

  /** Lets a client connect, and returns the byte that the server sends it. */
  private int greet(MutualTls server, MutualTls client) throws Exception {
    try (var listening =
            (SSLServerSocket) context(server).getServerSocketFactory().createServerSocket(0);
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      listening.setNeedClientAuth(true);
      var _ =
          executor.submit(
              () -> {
                try (var accepted = (SSLSocket) listening.accept()) {
                  accepted.getOutputStream().write('!');
                }
                return null;
              });
      try (var socket =
          (SSLSocket)
              context(client)
                  .getSocketFactory()
                  .createSocket("127.0.0.1", listening.getLocalPort())) {
        return socket.getInputStream().read();
      }
    }
  }

  private static SSLContext context(MutualTls tls) throws GeneralSecurityException {
    var context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[] {tls.keys()}, new TrustManager[] {tls.trust()}, null);
    return context;
  }

  /** Signs certificates, as a certificate authority does. */
  private static final class Authority {

    private final X500Name name;
    private final KeyPair keys = keyPair();
    private long serial = System.nanoTime();

    Authority(String name) {
      this.name = new X500Name("CN=" + name);
    }

    void issue(Path directory, String file, String dnsName) throws Exception {
      var own = keyPair();
      Files.writeString(
          directory.resolve(file + ".key"), pem("PRIVATE KEY", own.getPrivate().getEncoded()));
      Files.writeString(
          directory.resolve(file + ".crt"),
          pem("CERTIFICATE", certificate(own, new X500Name("CN=" + file), dnsName).getEncoded()));
      if (!Files.exists(directory.resolve("ca.crt"))) {
        Files.writeString(
            directory.resolve("ca.crt"),
            pem("CERTIFICATE", certificate(keys, name, "").getEncoded()));
      }
    }

    private X509Certificate certificate(KeyPair subjectKeys, X500Name subject, String dnsName)
        throws GeneralSecurityException, OperatorCreationException, CertIOException {
      var now = Instant.now();
      var builder =
          new JcaX509v3CertificateBuilder(
              name,
              BigInteger.valueOf(serial++),
              Date.from(now.minusSeconds(60)),
              Date.from(now.plusSeconds(3600)),
              subject,
              subjectKeys.getPublic());
      builder.addExtension(
          Extension.basicConstraints, true, new BasicConstraints(dnsName.isEmpty()));
      if (!dnsName.isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(new GeneralName(GeneralName.dNSName, dnsName)));
      }
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private static KeyPair keyPair() {
      try {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    private static String pem(String type, byte[] der) {
      return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
          .formatted(type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), type);
    }
  }
}
