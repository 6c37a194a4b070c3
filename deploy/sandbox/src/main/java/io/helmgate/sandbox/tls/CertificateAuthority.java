package io.helmgate.sandbox.tls;

import io.helmgate.sandbox.process.SandboxException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Signs certificates for servers and clients; its own key is never written. */
public final class CertificateAuthority {
  private static final Duration VALIDITY = Duration.ofDays(30);
  private static final Duration SKEW = Duration.ofMinutes(5);

  private final SecureRandom random;
  private final Instant now;
  private final KeyPair keys;
  private final X509Certificate certificate;

  private CertificateAuthority(
      SecureRandom random, Instant now, KeyPair keys, X509Certificate certificate) {
    this.random = random;
    this.now = now;
    this.keys = keys;
    this.certificate = certificate;
  }

  public static CertificateAuthority create(String name, SecureRandom random, Instant now) {
    KeyPair keys = newKeys(random);
    var subject = new X500Principal("CN=" + name);
    try {
      JcaX509v3CertificateBuilder builder = builder(subject, subject, keys, random, now);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      return new CertificateAuthority(random, now, keys, sign(builder, keys));
    } catch (CertIOException e) {
      throw new IllegalStateException("certificate of " + name, e);
    }
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /** Writes the authority's certificate. */
  public Path write(Path file) {
    writeFile(file, pem("CERTIFICATE", encoded(certificate)), "rw-r--r--");
    return file;
  }

  /**
   * Writes {@code NAME.crt} and {@code NAME.key} (PKCS #8), fit for a server and for a client.
   *
   * @param sans DNS names, or IPv4 addresses
   */
  public PemPair issue(Path directory, String name, String... sans) {
    Leaf leaf = leaf(name, sans);
    var pair = new PemPair(directory.resolve(name + ".crt"), directory.resolve(name + ".key"));
    writeFile(pair.certificate(), pem("CERTIFICATE", encoded(leaf.certificate())), "rw-r--r--");
    writeFile(pair.key(), pem("PRIVATE KEY", leaf.key().getEncoded()), "rw-------");
    return pair;
  }

  /**
   * TLS of a server in this process, which trusts clients of the same authority.
   *
   * @param sans DNS names, or IPv4 addresses
   */
  public SSLContext server(String name, String... sans) {
    Leaf leaf = leaf(name, sans);
    try {
      KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
      own.load(null, null);
      own.setKeyEntry(name, leaf.key(), new char[0], new X509Certificate[] {leaf.certificate()});
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(own, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), TrustedClient.trust(certificate), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("TLS: every JDK has it", e);
    }
  }

  private record Leaf(X509Certificate certificate, PrivateKey key) {}

  private Leaf leaf(String name, String... sans) {
    KeyPair leaf = newKeys(random);
    try {
      JcaX509v3CertificateBuilder builder =
          builder(
              certificate.getSubjectX500Principal(),
              new X500Principal("CN=" + name),
              leaf,
              random,
              now);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(
              new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(
              Arrays.stream(sans).map(CertificateAuthority::san).toArray(GeneralName[]::new)));
      return new Leaf(sign(builder, keys), leaf.getPrivate());
    } catch (CertIOException e) {
      throw new IllegalStateException("certificate of " + name, e);
    }
  }

  private static GeneralName san(String text) {
    boolean address = text.matches("[0-9.]+");
    return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, text);
  }

  private static KeyPair newKeys(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("P-256: every JDK has it", e);
    }
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Principal issuer, X500Principal subject, KeyPair keys, SecureRandom random, Instant now) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(127, random),
        Date.from(now.minus(SKEW)),
        Date.from(now.plus(VALIDITY)),
        subject,
        keys.getPublic());
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, KeyPair keys) {
    try {
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException("a certificate can't be signed", e);
    }
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate can't be encoded", e);
    }
  }

  private static String pem(String type, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, body, type);
  }

  private static void writeFile(Path file, String text, String permissions) {
    try {
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new SandboxException(file + ": can't be written", e);
    }
  }
}
