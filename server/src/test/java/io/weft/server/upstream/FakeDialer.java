package io.weft.server.upstream;

import static org.mockito.Mockito.mock;

import io.weft.Conn;
import io.weft.server.upstream.Ports.Dialer;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Connects at once, to connections on which nothing happens, or fails as a test says. */
final class FakeDialer implements Dialer {
  private final Conn conn = mock(Conn.class);
  private final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> dials = new ConcurrentHashMap<>();

  private volatile Duration timeout = Duration.ZERO;

  /** How a dial ends. */
  interface Outcome {
    void run() throws IOException;
  }

  @Override
  public Conn dial(Upstream upstream, Duration timeout) throws IOException {
    this.timeout = timeout;
    dials.computeIfAbsent(upstream.name(), name -> new AtomicInteger()).incrementAndGet();
    outcomes.getOrDefault(upstream.name(), () -> {}).run();
    return conn;
  }

  void fail(String name) {
    on(
        name,
        () -> {
          throw new ConnectException("connection refused (ECONNREFUSED)");
        });
  }

  void heal(String name) {
    on(name, () -> {});
  }

  void on(String name, Outcome outcome) {
    outcomes.put(name, outcome);
  }

  /** What the last dial was given. */
  Duration timeout() {
    return timeout;
  }

  int dials(String name) {
    return dials.getOrDefault(name, new AtomicInteger()).get();
  }
}
