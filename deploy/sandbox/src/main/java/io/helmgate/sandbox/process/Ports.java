package io.helmgate.sandbox.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Hands out free loopback ports, none twice. They lie below the range from which Linux takes ports
 * for outgoing connections, so that none is lost between choice and use.
 */
public final class Ports {
  private static final int FIRST = 20_000;
  private static final int END = 32_000;
  private static final int ATTEMPTS = 1_000;

  private final RandomGenerator random;
  private final Set<Integer> given = new HashSet<>();

  public Ports(RandomGenerator random) {
    this.random = random;
  }

  /** Returns a port that nothing listens on. */
  public int free() {
    return free(1);
  }

  /** Returns the first of a number of consecutive ports that nothing listens on. */
  public synchronized int free(int count) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int first = random.nextInt(FIRST, END - count);
      Set<Integer> ports = new HashSet<>();
      for (int port = first; port < first + count; port++) {
        if (!given.contains(port) && isFree(port)) {
          ports.add(port);
        }
      }
      if (ports.size() == count) {
        given.addAll(ports);
        return first;
      }
    }
    throw new SandboxException("ports: none free (expected: some in 20000 to 32000)");
  }

  public static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
