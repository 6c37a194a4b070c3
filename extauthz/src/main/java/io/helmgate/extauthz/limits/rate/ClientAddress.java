package io.helmgate.extauthz.limits.rate;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;

/** An address as far as one client is known by it. */
final class ClientAddress {

  /** Bytes of an IPv6 address that name the network; within it a client chooses at will. */
  private static final int NETWORK_BYTES = 8;

  private ClientAddress() {}

  /**
   * Reads it.
   *
   * @param peer address with port, or the path of a socket
   * @return an IPv4 address, the network of an IPv6 address, or the path
   */
  static String of(String peer) {
    int colon = peer.lastIndexOf(':');
    if (colon < 0 || peer.startsWith("/") || peer.startsWith("@")) {
      return peer;
    }
    String host = peer.substring(0, colon).replaceAll("^\\[|]$", "");
    try {
      return InetAddress.ofLiteral(host) instanceof Inet6Address v6
          ? HexFormat.of().formatHex(v6.getAddress(), 0, NETWORK_BYTES)
          : host;
    } catch (IllegalArgumentException e) {
      return host;
    }
  }
}
