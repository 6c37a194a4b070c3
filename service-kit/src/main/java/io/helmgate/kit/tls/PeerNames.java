package io.helmgate.kit.tls;

import io.grpc.util.AdvancedTlsX509TrustManager.SslSocketAndEnginePeerVerifier;
import java.net.InetAddress;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;

/** Demands that a peer's certificate carries one of the allowed subject alternative names. */
final class PeerNames implements SslSocketAndEnginePeerVerifier {

  /** GeneralName tags (RFC 5280 section 4.2.1.6) of the kinds of names that are compared. */
  private static final int DNS = 2;

  private static final int URI = 6;
  private static final int IP = 7;

  /**
   * A name of one kind: a DNS name that reads like an address is not that address.
   *
   * @param tag GeneralName tag
   * @param text as {@link X509Certificate#getSubjectAlternativeNames} gives it
   */
  private record Name(int tag, String text) {

    static Name of(String text) {
      if (text.contains("://")) {
        return new Name(URI, text);
      }
      boolean address = text.contains(":") || text.matches("[0-9]+([.][0-9]+){3}");
      return address
          ? new Name(IP, InetAddress.ofLiteral(text).getHostAddress())
          : new Name(DNS, text);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private final Set<Name> allowed;

  /**
   * @throws IllegalArgumentException when a name reads like an address but is none
   */
  PeerNames(Set<String> allowed) {
    this.allowed = allowed.stream().map(Name::of).collect(Collectors.toUnmodifiableSet());
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
            ? List.<Name>of()
            : alternatives.stream()
                .filter(name -> name.get(1) instanceof String)
                .map(name -> new Name((Integer) name.get(0), (String) name.get(1)))
                .filter(name -> name.tag() == DNS || name.tag() == URI || name.tag() == IP)
                .toList();
    if (names.stream().noneMatch(allowed::contains)) {
      throw new CertificateException(
          "peer certificate: names %s (expected: one of %s)".formatted(names, allowed));
    }
  }
}
