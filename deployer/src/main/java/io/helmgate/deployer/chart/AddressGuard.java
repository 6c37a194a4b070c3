package io.helmgate.deployer.chart;

import java.io.IOException;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.SocketFactory;

/**
 * Makes sockets that connect to no address that a chart repository has no business with. The
 * address is looked at when it is connected to, so that it does not matter what name led to it, or
 * what that name was before.
 */
final class AddressGuard extends SocketFactory {

  /** An address was not connected to; the message may be shown. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  /** Where nobody but this machine, its cloud or its link answers; IANA special-purpose. */
  private static final List<Network> NEVER =
      networks(
          "0.0.0.0/8",
          "169.254.0.0/16",
          "192.0.0.0/24",
          "224.0.0.0/3",
          "::/128",
          "fe80::/10",
          "fec0::/10",
          "ff00::/8",
          // Metadata services of clouds within private networks.
          "100.100.100.200/32",
          "fd00:ec2::/32");

  private static final List<Network> PRIVATE =
      networks(
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "172.16.0.0/12",
          "192.168.0.0/16",
          "198.18.0.0/15",
          "::1/128",
          "fc00::/7");

  /** An address block. */
  private record Network(BigInteger address, int bits, int prefix) {
    boolean holds(byte[] other) {
      return other.length * 8 == bits
          && new BigInteger(1, other)
              .shiftRight(bits - prefix)
              .equals(address.shiftRight(bits - prefix));
    }
  }

  private static final Network NAT64 = network("64:ff9b::/96");
  private static final Network IPV4_COMPATIBLE = network("::/96");
  private static final Network SIX_TO_FOUR = network("2002::/16");

  private final boolean allowPrivate;

  AddressGuard(boolean allowPrivate) {
    this.allowPrivate = allowPrivate;
  }

  /** Throws when this address must not be connected to. */
  void check(InetAddress address) throws RefusedException {
    for (byte[] bytes : meanings(address)) {
      if (holds(NEVER, bytes)) {
        throw new RefusedException(
            "leads to the address " + address.getHostAddress() + ", which is never connected to");
      }
      if (!allowPrivate && holds(PRIVATE, bytes)) {
        throw new RefusedException(
            "leads to the address "
                + address.getHostAddress()
                + " (expected: a public one, or allow_private: true)");
      }
    }
  }

  /** The address, and the IPv4 address that it carries. */
  private static List<byte[]> meanings(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet6Address) {
      boolean compatible = IPV4_COMPATIBLE.holds(bytes) && !address.isLoopbackAddress();
      if (compatible || NAT64.holds(bytes)) {
        return List.of(bytes, Arrays.copyOfRange(bytes, 12, 16));
      }
      if (SIX_TO_FOUR.holds(bytes)) {
        return List.of(bytes, Arrays.copyOfRange(bytes, 2, 6));
      }
    }
    return List.of(bytes);
  }

  private static boolean holds(List<Network> networks, byte[] address) {
    return networks.stream().anyMatch(network -> network.holds(address));
  }

  private static List<Network> networks(String... blocks) {
    return Stream.of(blocks).map(AddressGuard::network).toList();
  }

  private static Network network(String block) {
    int slash = block.indexOf('/');
    try {
      byte[] address = InetAddress.ofLiteral(block.substring(0, slash)).getAddress();
      return new Network(
          new BigInteger(1, address),
          address.length * 8,
          Integer.parseInt(block, slash + 1, block.length(), 10));
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(block, e);
    }
  }

  private final class Guarded extends Socket {
    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
      if (!(endpoint instanceof InetSocketAddress to) || to.isUnresolved()) {
        throw new UnknownHostException(endpoint.toString());
      }
      check(to.getAddress());
      super.connect(endpoint, timeout);
      setTcpNoDelay(true);
    }
  }

  @Override
  public Socket createSocket() {
    return new Guarded();
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return createSocket(InetAddress.getByName(host), port);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    return createSocket(InetAddress.getByName(host), port, local, localPort);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    Socket socket = createSocket();
    socket.connect(new InetSocketAddress(host, port));
    return socket;
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    Socket socket = createSocket();
    socket.bind(new InetSocketAddress(local, localPort));
    socket.connect(new InetSocketAddress(host, port));
    return socket;
  }
}
