package io.helmgate.kit.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates that a server's must lead to, from a PEM file. */
public final class Authorities {

  private final KeyStore trusted;

  private Authorities(KeyStore trusted) {
    this.trusted = trusted;
  }

  /**
   * Reads the file once.
   *
   * @throws IOException when it cannot be read
   * @throws GeneralSecurityException when something in it is no certificate
   */
  public static Authorities read(Path pem) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(pem)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      for (Certificate authority :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("authority-" + trusted.size(), authority);
      }
      return new Authorities(trusted);
    }
  }

  /** Whether the file holds no certificate, so that no server can be trusted. */
  public boolean isEmpty() throws GeneralSecurityException {
    return trusted.size() == 0;
  }

  /** Judges servers by them. */
  public TrustManagerFactory trust() throws GeneralSecurityException {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    return trust;
  }

  /** For clients that trust them alone, and show no certificate of their own. */
  public SSLContext clients() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust().getTrustManagers(), null);
    return context;
  }
}
