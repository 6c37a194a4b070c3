package io.helmgate.kit.tls;

import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import java.io.Closeable;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * An identity from files and what is demanded of peers: a certificate of an accepted authority,
 * with one of the allowed names.
 *
 * <p>Files are looked at every {@link #REREAD}; new connections use what was read last. A new file
 * that cannot be read leaves the old content in force. The trust manager never looks at host names:
 * the allowed names take their place.
 */
public final class MutualTls implements AutoCloseable {

  static final Duration REREAD = Duration.ofSeconds(10);

  private final AdvancedTlsX509KeyManager keys;
  private final AdvancedTlsX509TrustManager trust;
  private final Closeable keyRereading;
  private final Closeable trustRereading;

  private MutualTls(
      AdvancedTlsX509KeyManager keys,
      AdvancedTlsX509TrustManager trust,
      Closeable keyRereading,
      Closeable trustRereading) {
    this.keys = keys;
    this.trust = trust;
    this.keyRereading = keyRereading;
    this.trustRereading = trustRereading;
  }

  /**
   * Reads the files.
   *
   * @param peerNames subject alternative names (DNS, URI or IP), one of which a peer must have;
   *     compared exactly
   * @param timer on which files are looked at again
   * @throws IOException when a file cannot be read or holds something else
   */
  public static MutualTls load(
      TlsFiles files, Set<String> peerNames, ScheduledExecutorService timer) throws IOException {
    try {
      var keys = new AdvancedTlsX509KeyManager();
      var keyRereading =
          keys.updateIdentityCredentials(
              files.certificate().toFile(),
              files.key().toFile(),
              REREAD.toSeconds(),
              TimeUnit.SECONDS,
              timer);
      var trust =
          AdvancedTlsX509TrustManager.newBuilder()
              .setVerification(Verification.CERTIFICATE_ONLY_VERIFICATION)
              .setSslSocketAndEnginePeerVerifier(new PeerNames(peerNames))
              .build();
      var trustRereading =
          trust.updateTrustCredentials(
              files.authorities().toFile(), REREAD.toSeconds(), TimeUnit.SECONDS, timer);
      return new MutualTls(keys, trust, keyRereading, trustRereading);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("TLS files: %s (%s)".formatted(files, e.getMessage()), e);
    }
  }

  /** Shows the own certificate. */
  public X509ExtendedKeyManager keys() {
    return keys;
  }

  /** Judges peers. */
  public X509ExtendedTrustManager trust() {
    return trust;
  }

  /** Stops looking at the files; the managers go on with what was read last. */
  @Override
  public void close() throws IOException {
    keyRereading.close();
    trustRereading.close();
  }
}
