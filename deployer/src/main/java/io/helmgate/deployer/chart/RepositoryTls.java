package io.helmgate.deployer.chart;

import io.helmgate.kit.tls.Authorities;
import io.kubernetes.client.util.SSLUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** Whom a repository's client trusts, and by which certificate it shows itself. */
final class RepositoryTls {
  private RepositoryTls() {}

  /**
   * Sets what a client trusts.
   *
   * @param repository its name, for messages
   */
  static void configure(
      OkHttpClient.Builder client, String repository, RepositorySettings.Tls settings)
      throws IOException {
    try {
      X509TrustManager trust =
          settings.insecureSkipVerify() ? new TrustAll() : trust(settings.caFile());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(settings), new TrustManager[] {trust}, null);
      client.sslSocketFactory(context.getSocketFactory(), trust);
      if (settings.insecureSkipVerify()) {
        client.hostnameVerifier((_, _) -> true);
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("chart repository " + repository + ": its TLS files", e);
    }
  }

  private static KeyManager @Nullable [] keys(RepositorySettings.Tls settings)
      throws IOException, GeneralSecurityException {
    if (settings.certificate().isEmpty()) {
      return null;
    }
    byte[] certificate = Files.readAllBytes(settings.certificate().get().certFile());
    byte[] key = Files.readAllBytes(settings.certificate().get().keyFile());
    String algorithm = SSLUtils.recognizePrivateKeyAlgo(key);
    return SSLUtils.keyManagers(certificate, key, algorithm, "", null, null);
  }

  private static X509TrustManager trust(Optional<Path> caFile)
      throws IOException, GeneralSecurityException {
    TrustManagerFactory factory =
        caFile.isPresent() ? Authorities.read(caFile.get()).trust() : ofTheSystem();
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return x509;
      }
    }
    throw new GeneralSecurityException("no X.509 trust manager");
  }

  private static TrustManagerFactory ofTheSystem() throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    return factory;
  }

  /** For {@code insecure_skip_tls_verify}, as its name says. */
  private static final class TrustAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
