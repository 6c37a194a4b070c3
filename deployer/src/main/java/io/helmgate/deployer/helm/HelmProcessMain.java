package io.helmgate.deployer.helm;

import io.helmgate.deployer.helm.HelmChannel.Result;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * A process that does nothing but make calls of Helm's library, one at a time, for the service that
 * started it. It ends with the service, also in the middle of a call.
 */
final class HelmProcessMain {

  private HelmProcessMain() {}

  /** Arguments: the socket that the service listens on, and the file of the library. */
  public static void main(String[] args) throws IOException {
    Thread.setDefaultUncaughtExceptionHandler(
        (_, bug) -> {
          bug.printStackTrace(System.err);
          end(1);
        });
    HelmChannel channel = new HelmChannel(SocketChannel.open(UnixDomainSocketAddress.of(args[0])));
    HelmLibrary library = HelmLibrary.load(Path.of(args[1]));
    Executor helm = Executors.newSingleThreadExecutor(Thread.ofPlatform().name("helm").factory());
    // Reads on while a call is under way, to see when the service goes away.
    while (true) {
      HelmCall call = next(channel);
      helm.execute(() -> answer(library, call, channel));
    }
  }

  private static HelmCall next(HelmChannel channel) {
    try {
      return channel.call();
    } catch (IOException e) {
      end(0);
      throw new IllegalStateException("not reached", e);
    }
  }

  private static void answer(HelmLibrary library, HelmCall call, HelmChannel channel) {
    try {
      channel.write(result(library, call));
    } catch (IOException e) {
      end(1);
    }
  }

  private static Result result(HelmLibrary library, HelmCall call) {
    try {
      return new Result(true, library.run(call));
    } catch (HelmFailedException e) {
      return new Result(false, String.valueOf(e.getMessage()));
    }
  }

  /** At once: neither a call that is under way nor the library's own end is waited for. */
  private static void end(int status) {
    Runtime.getRuntime().halt(status);
  }
}
