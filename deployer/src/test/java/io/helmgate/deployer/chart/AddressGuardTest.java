package io.helmgate.deployer.chart;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressGuardTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "169.254.169.254",
        "169.254.0.1",
        "192.0.0.192",
        "224.0.0.1",
        "255.255.255.255",
        "100.100.100.200",
        "::",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "fd00:ec2::254",
        "::ffff:169.254.169.254",
        "::169.254.169.254",
        "64:ff9b::169.254.169.254",
        "2002:a9fe:a9fe::1",
      })
  void someAddressesAreNeverConnectedTo(String address) {
    assertRefused(new AddressGuard(false), address);
    assertRefused(new AddressGuard(true), address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.1.2.3",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "198.19.0.1",
        "::1",
        "fc00::1",
        "fdab::1",
        "::ffff:10.0.0.1",
        "64:ff9b::127.0.0.1",
        "2002:c0a8:0101::",
      })
  void privateAddressesAreConnectedToWhereThatIsAllowed(String address) {
    assertRefused(new AddressGuard(false), address);
    assertAllowed(new AddressGuard(true), address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "169.253.255.255",
        "223.255.255.255",
        "2606:4700::1111",
        "64:ff9b::8.8.8.8",
      })
  void publicAddressesAreConnectedTo(String address) {
    assertAllowed(new AddressGuard(false), address);
    assertAllowed(new AddressGuard(true), address);
  }

  @Test
  void aSocketLooksAtTheAddressItConnectsTo() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket refused = new AddressGuard(false).createSocket();
        Socket allowed = new AddressGuard(true).createSocket()) {
      InetSocketAddress address =
          new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
      assertThatThrownBy(() -> refused.connect(address))
          .isInstanceOf(AddressGuard.RefusedException.class);
      assertThatThrownBy(() -> refused.connect(address, 1000))
          .isInstanceOf(AddressGuard.RefusedException.class);
      assertThatCode(() -> allowed.connect(address, 1000)).doesNotThrowAnyException();
    }
  }

  private static void assertRefused(AddressGuard guard, String address) {
    assertThatThrownBy(() -> guard.check(InetAddress.ofLiteral(address)))
        .isInstanceOf(AddressGuard.RefusedException.class);
  }

  private static void assertAllowed(AddressGuard guard, String address) {
    assertThatCode(() -> guard.check(InetAddress.ofLiteral(address))).doesNotThrowAnyException();
  }
}
