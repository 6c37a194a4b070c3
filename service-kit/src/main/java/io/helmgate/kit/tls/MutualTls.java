package io.helmgate.kit.tls;

import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import io.grpc.util.CertificateUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
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
 * be read, or a key that is not the certificate's (one of the two may be written before the other),
 * leave the old content in force. The trust manager never looks at host names: the allowed names
 * take their place.
 */
public final class MutualTls implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MutualTls.class);
  private static final Duration REREAD = Duration.ofSeconds(10);

  private final TlsFiles files;
  private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager trust;
  private final UnnamedAuthorities shownTrust;
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
    this.shownTrust = new UnnamedAuthorities(trust);
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
    return shownTrust;
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
    readIdentity();
    trust.updateTrustCredentials(files.authorities().toFile());
    read = List.copyOf(now);
  }

  private void readIdentity() throws IOException, GeneralSecurityException {
    try (InputStream certificate = Files.newInputStream(files.certificate());
        InputStream key = Files.newInputStream(files.key())) {
      X509Certificate[] chain = CertificateUtils.getX509Certificates(certificate);
      PrivateKey privateKey = CertificateUtils.getPrivateKey(key);
      if (chain.length == 0 || !signsFor(privateKey, chain[0].getPublicKey())) {
        throw new GeneralSecurityException(
            "%s: not the key of %s".formatted(files.key(), files.certificate()));
      }
      keys.updateIdentityCredentials(chain, privateKey);
    }
  }

  private static boolean signsFor(PrivateKey key, PublicKey certified)
      throws GeneralSecurityException {
    if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
      return false;
    }
    Signature signature =
        Signature.getInstance(
            switch (key.getAlgorithm()) {
              case "RSA" -> "SHA256withRSA";
              case "EC" -> "SHA256withECDSA";
              default -> key.getAlgorithm();
            });
    signature.initSign(key);
    byte[] signed = signature.sign();
    signature.initVerify(certified);
    return signature.verify(signed);
  }

  private void reread() {
    try {
      read();
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      LOG.error("{}: what was read before stays in force ({})", files, e.toString());
    }
  }
}
