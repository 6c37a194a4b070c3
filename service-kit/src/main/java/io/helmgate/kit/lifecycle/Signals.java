package io.helmgate.kit.lifecycle;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;

/**
 * Waits for the signal to stop. The first SIGTERM or SIGINT asks for an orderly stop; the second
 * ends the process at once with 128 + its number, as a shell reports it.
 *
 * <p>The JVM's own handlers are replaced: its shutdown hooks run only when {@code main} exits.
 */
public final class Signals {
  private final CompletableFuture<String> first = new CompletableFuture<>();
  private final IntConsumer halt;

  Signals(IntConsumer halt) {
    this.halt = halt;
  }

  /** Signals of this process. */
  public static Signals ofProcess() {
    return new Signals(Runtime.getRuntime()::halt);
  }

  /**
   * Takes the signals. Native code may take them away (Go's runtime in the Helm library does so
   * when it first installs a release): calling this again gets them back, and what was received
   * counts.
   */
  public void install() {
    handle("TERM", 15);
    handle("INT", 2);
  }

  /**
   * Calls {@code sun.misc.Signal.handle}, Java's only way to handle a signal, by reflection: javac
   * warns of its use in a way that no annotation or option of JDK 25 turns off.
   */
  private void handle(String name, int number) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object ours =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                if (method.getDeclaringClass() == Object.class) {
                  return method.invoke(this, arguments);
                }
                received(name, number);
                return null;
              });
      Object named = signal.getConstructor(String.class).newInstance(name);
      signal.getMethod("handle", signal, handler).invoke(null, named, ours);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("SIG" + name + ": cannot be handled", e);
    }
  }

  void received(String name, int number) {
    if (!first.complete("SIG" + name)) {
      halt.accept(128 + number);
    }
  }

  /** Asks for an orderly stop from within, as the first signal does. */
  public void stop(String reason) {
    first.complete(reason);
  }

  /** Whether a stop was asked for. */
  public boolean stopping() {
    return first.isDone();
  }

  /**
   * Waits until a stop is asked for.
   *
   * @return what asked for it, such as {@code SIGTERM}
   */
  public String await() throws InterruptedException {
    try {
      return first.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("never completed so", e);
    }
  }

  /** Waits likewise, at most so long. */
  public Optional<String> await(Duration atMost) throws InterruptedException {
    try {
      return Optional.of(first.get(atMost.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("never completed so", e);
    }
  }
}
