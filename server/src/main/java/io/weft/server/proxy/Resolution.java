package io.weft.server.proxy;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Looks the names of a proxy's upstreams up again and again, until it is stopped. */
final class Resolution implements Runnable {
  private static final Logger LOGGER = System.getLogger(Resolution.class.getName());

  private final Proxy proxy;
  private final Lookup lookup;
  private final Semaphore reasons = new Semaphore(0);
  private volatile boolean stopped;
  // names whose last look-up failed; its own thread's
  private final Set<String> failing = new HashSet<>();

  Resolution(Proxy proxy, Lookup lookup) {
    this.proxy = proxy;
    this.lookup = lookup;
  }

  /** Finds the addresses of a host; may block its thread as long as it likes. */
  @FunctionalInterface
  interface Lookup {
    /** At least one, or an exception. */
    Set<InetAddress> addresses(String host) throws IOException;
  }

  @Override
  public void run() {
    try {
      while (!stopped) {
        Targets targets = proxy.config().targets();
        Duration interval = targets.resolveInterval();
        proxy.learn(interval.isZero() ? Names.NONE : lookUp(Names.of(targets)));
        await(interval);
      }
    } catch (InterruptedException e) {
      // the net is closed
      Thread.currentThread().interrupt();
    }
  }

  /** Looks up at once. Any thread. */
  void hasten() {
    reasons.release();
  }

  /** Ends it. Any thread. */
  void stop() {
    stopped = true;
    hasten();
  }

  private void await(Duration interval) throws InterruptedException {
    long nanos = interval.isZero() ? Long.MAX_VALUE : interval.toNanos();
    if (reasons.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
      reasons.drainPermits();
    }
  }

  private Names lookUp(Set<String> names) throws InterruptedException {
    failing.retainAll(names);
    Names found = proxy.names().only(names);
    for (String name : names) {
      try {
        found = found.with(name, lookup.addresses(name));
        failing.remove(name);
      } catch (IOException e) {
        if (Thread.interrupted()) {
          throw new InterruptedException("while looking up " + name);
        }
        if (failing.add(name)) {
          LOGGER.log(
              Level.WARNING, "upstreams keep their addresses, look-up failed: " + e.getMessage());
        }
      }
    }
    return found;
  }
}
