package io.weft.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The connections of a load. Belongs to the load's thread. */
final class Crowd implements AutoCloseable {
  private static final int OPENED_AT_ONCE = 128;
  private static final long PAUSE_MILLIS = 100;
  private static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();

  private final Plan plan;
  private final Selector selector = Selector.open();
  private final Pattern pattern = new Pattern();
  private final Tally tally = new Tally();
  private final List<LoadConn> conns = new ArrayList<>();
  private final Consumer<SelectionKey> react = this::react;
  private Traffic traffic;
  private long lastEventNanos;

  Crowd(Plan plan) throws IOException {
    this.plan = plan;
    traffic = new Traffic(this);
  }

  /** Opens all connections, few at a time, each with one request. */
  void open() throws IOException {
    while (conns.size() < plan.connections()) {
      int until = Math.min(conns.size() + OPENED_AT_ONCE, plan.connections());
      List<LoadConn> opened = new ArrayList<>();
      while (conns.size() < until) {
        LoadConn conn = new LoadConn(conns.size(), plan.port(), this);
        conns.add(conn);
        opened.add(conn);
        conn.send(plan.sizeBytes());
      }
      lastEventNanos = System.nanoTime();
      while (opened.stream().anyMatch(conn -> conn.awaitedBytes() > 0)) {
        poll(PAUSE_MILLIS);
      }
    }
  }

  /** Opens a connection in the place of one that is reset. */
  LoadConn replace(LoadConn old) throws IOException {
    old.reset();
    LoadConn conn = new LoadConn(old.index, plan.port(), this);
    conns.set(old.index, conn);
    return conn;
  }

  /** Who hears of what comes in from now on. */
  void listen(Traffic listener) {
    traffic = listener;
    lastEventNanos = System.nanoTime();
  }

  /** Waits for events, at most so long, and passes them on. */
  void poll(long millis) throws IOException {
    int events;
    try {
      events = millis == 0 ? selector.selectNow(react) : selector.select(react, millis);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    long now = System.nanoTime();
    if (events > 0) {
      lastEventNanos = now;
    } else if (now - lastEventNanos > PATIENCE_NANOS) {
      complain();
    }
  }

  private void complain() throws LoadException {
    long silent = conns.stream().filter(conn -> conn.awaitedBytes() > 0).count();
    if (silent > 0) {
      throw new LoadException(
          "no answer on %d of %d connections for %d s"
              .formatted(silent, conns.size(), Duration.ofNanos(PATIENCE_NANOS).toSeconds()));
    }
  }

  private void react(SelectionKey key) {
    LoadConn conn = (LoadConn) key.attachment();
    int ready = key.readyOps();
    try {
      if ((ready & SelectionKey.OP_WRITE) != 0) {
        traffic.writable(conn);
      }
      if ((ready & SelectionKey.OP_READ) != 0 && conn.receive() > 0) {
        traffic.received(conn, System.nanoTime());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Plan plan() {
    return plan;
  }

  List<LoadConn> conns() {
    return conns;
  }

  Selector selector() {
    return selector;
  }

  Pattern pattern() {
    return pattern;
  }

  Tally tally() {
    return tally;
  }

  @Override
  public void close() throws IOException {
    for (LoadConn conn : conns) {
      conn.reset();
    }
    selector.close();
  }
}
