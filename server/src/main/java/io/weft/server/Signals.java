package io.weft.server;

import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.ExitCode;

/**
 * The process's signals. The only class that knows the JDK's unsupported way to hear them, by name:
 * the compiler's warning of it cannot be switched off.
 */
final class Signals {
  private Signals() {}

  /**
   * From now on SIGTERM and SIGINT ask for a drain instead of ending the process; a second one ends
   * it at once, with exit code 1.
   *
   * @return completes with the first signal
   */
  static CompletableFuture<Void> catchStop() {
    CompletableFuture<Void> stop = new CompletableFuture<>();
    try {
      handle("TERM", () -> heard(stop));
      handle("INT", () -> heard(stop));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("signals cannot be caught on this JVM", e);
    }
    return stop;
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
  private static void heard(CompletableFuture<Void> stop) {
    if (!stop.complete(null)) {
      Runtime.getRuntime().halt(ExitCode.SOFTWARE);
    }
  }
}
