package io.helmgate.sandbox.tls;

import java.io.IOException;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** HTTP clients that trust one authority alone. */
public final class TrustedClient {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

  private TrustedClient() {}

  public static HttpClient of(X509Certificate authority) {
    return HttpClient.newBuilder()
        .sslContext(context(authority))
        .connectTimeout(CONNECT_LIMIT)
        .build();
  }

  public static SSLContext context(X509Certificate authority) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust(authority), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("TLS: every JDK has it", e);
    }
  }

  /** Trust in who has a certificate of one authority. */
  static TrustManager[] trust(X509Certificate authority) {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry("authority", authority);
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      return managers.getTrustManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("TLS: every JDK has it", e);
    }
  }
}
