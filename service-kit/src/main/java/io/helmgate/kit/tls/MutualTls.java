package io.helmgate.kit.tls;

import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An identity from files and what is demanded of peers: a certificate of an accepted authority,
 * with one of the allowed names.
 *
 * <p>Files are looked at every 10 s; new connections use what was read last. New files that cannot
 * be read leave the old content in force. The trust manager never looks at host names: the allowed
 * names take their place.
 */
public final class MutualTls implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MutualTls.class);
  private static final Duration REREAD = Duration.ofSeconds(10);

  private final TlsFiles files;
  private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager trust;
  private List<FileTime> read = List.of();
  private final Future<?> rereading;

  private MutualTls(
      TlsFiles files, Set<String> peerNames, ScheduledExecutorService timer, Duration reread)
      throws IOException, GeneralSecurityException {
    this.files = files;
    this.trust =
        AdvancedTlsX509TrustManager.newBuilder()
            .setVerification(Verification.CERTIFICATE_ONLY_VERIFICATION)
            .setSslSocketAndEnginePeerVerifier(new PeerNames(peerNames))
            .build();
    read();
    // Not by the managers themselves: they look at most once a minute.
    this.rereading =
        timer.scheduleWithFixedDelay(
            this::reread, reread.toMillis(), reread.toMillis(), TimeUnit.MILLISECONDS);
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
    return load(files, peerNames, timer, REREAD);
  }

  static MutualTls load(
      TlsFiles files, Set<String> peerNames, ScheduledExecutorService timer, Duration reread)
      throws IOException {
    try {
      return new MutualTls(files, peerNames, timer, reread);
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
  public void close() {
    rereading.cancel(false);
  }

  private void read() throws IOException, GeneralSecurityException {
    var now = new ArrayList<FileTime>();
    for (Path file : List.of(files.certificate(), files.key(), files.authorities())) {
      now.add(Files.getLastModifiedTime(file));
    }
    if (now.equals(read)) {
      return;
    }
    keys.updateIdentityCredentials(files.certificate().toFile(), files.key().toFile());
    trust.updateTrustCredentials(files.authorities().toFile());
    read = List.copyOf(now);
  }

  private void reread() {
    try {
      read();
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      LOG.error("{}: what was read before stays in force ({})", files, e.toString());
    }
  }
}
