package io.helmgate.kit.tls;

import io.grpc.util.AdvancedTlsX509TrustManager.SslSocketAndEnginePeerVerifier;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;

/** Demands that a peer's certificate carries one of the allowed subject alternative names. */
final class PeerNames implements SslSocketAndEnginePeerVerifier {

  /** GeneralName tags whose values are text: dNSName, uniformResourceIdentifier, iPAddress. */
  private static final Set<Integer> TEXT_NAMES = Set.of(2, 6, 7);

  private final Set<String> allowed;

  PeerNames(Set<String> allowed) {
    this.allowed = Set.copyOf(allowed);
  }

  @Override
  public void verifyPeerCertificate(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    verify(chain[0]);
  }

  @Override
  public void verifyPeerCertificate(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    verify(chain[0]);
  }

  private void verify(X509Certificate peer) throws CertificateException {
    Collection<List<?>> alternatives = peer.getSubjectAlternativeNames();
    var names =
        alternatives == null
            ? List.<String>of()
            : alternatives.stream()
                .filter(name -> TEXT_NAMES.contains(name.get(0)))
                .map(name -> String.valueOf(name.get(1)))
                .toList();
    if (names.stream().noneMatch(allowed::contains)) {
      throw new CertificateException(
          "peer certificate: names %s (expected: one of %s)".formatted(names, allowed));
    }
  }
}
