package io.weft.server;

import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.ExitCode;

/**
 * The process's signals. The only class that knows the JDK's unsupported way to hear them, by name:
 * the compiler's warning of it cannot be switched off.
 */
final class Signals {
  // timeout(1) signals its child and then the child's whole group: that is one request
  private static final long ECHO_NANOS = 250_000_000;

  private final CompletableFuture<Void> stop = new CompletableFuture<>();
  private long firstNanos;

  private Signals() {}

  /**
   * From now on SIGTERM and SIGINT ask for a drain instead of ending the process; one that comes a
   * quarter of a second or more after the first ends it at once, with exit code 1.
   *
   * @return completes with the first signal
   */
  static CompletableFuture<Void> catchStop() {
    Signals signals = new Signals();
    try {
      handle("TERM", signals::heard);
      handle("INT", signals::heard);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("signals cannot be caught on this JVM", e);
    }
    return signals.stop;
  }

  /** From now on SIGHUP does this, on a thread of its own. */
  static void catchReload(Runnable action) {
    try {
      handle("HUP", action);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("signals cannot be caught on this JVM", e);
    }
  }

  private static void handle(String name, Runnable action) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Object proxy =
        Proxy.newProxyInstance(
            Signals.class.getClassLoader(),
            new Class<?>[] {handler},
            (self, method, args) -> {
              if (method.getDeclaringClass() == handler) {
                action.run();
              }
              return null;
            });
    signal
        .getMethod("handle", signal, handler)
        .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
  }

  // each signal that arrives has a thread of its own
  private synchronized void heard() {
    long now = System.nanoTime();
    if (stop.complete(null)) {
      firstNanos = now;
    } else if (now - firstNanos >= ECHO_NANOS) {
      Runtime.getRuntime().halt(ExitCode.SOFTWARE);
    }
  }
}
