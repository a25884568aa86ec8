package io.weft.server.service;

import io.weft.AddressException;
import io.weft.Conn;
import io.weft.Listener;
import io.weft.Net;
import io.weft.OpenLimit;
import io.weft.server.address.SocketUrl;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** The listeners of a service. One thread starts and closes them. */
public final class Listeners {
  private static final long PAUSE_NANOS = 1_000_000;

  private final Net net;
  private final String service;
  private final List<Listener> listeners = new ArrayList<>();
  private final List<OpenLimit> limits = new ArrayList<>();
  private final CompletableFuture<Void> failure = new CompletableFuture<>();

  /**
   * Without any listener yet.
   *
   * @param service the service's name, for messages
   */
  public Listeners(Net net, String service) {
    this.net = net;
    this.service = service;
  }

  /** Serves what was accepted, and says how much of it there may be. */
  public interface Server {
    /** Serves one connection to its end, on the calling thread. */
    void serve(Conn conn, SocketUrl bound) throws IOException;

    /** How many connections of one more listener there may be. */
    OpenLimit limit();
  }

  /** Listens on all addresses, or on none, and has them served, each on a thread of its own. */
  public void start(List<SocketUrl> urls, Server server) throws IOException {
    boolean complete = false;
    try {
      for (SocketUrl url : urls) {
        listeners.add(open(url));
      }
      complete = true;
    } finally {
      if (!complete) {
        close();
        listeners.clear();
      }
    }
    for (Listener listener : listeners) {
      OpenLimit limit = server.limit();
      limits.add(limit);
      net.go(() -> serve(listener, server, limit));
    }
  }

  /** The addresses that were really bound. */
  public List<SocketUrl> bound() {
    return listeners.stream().map(SocketUrl::of).toList();
  }

  /** Fails when a listener ends, be it by {@link #close} or by itself; never completes else. */
  public CompletableFuture<Void> failure() {
    return failure;
  }

  /** Stops listening. */
  public void close() {
    listeners.forEach(Listener::close);
  }

  /**
   * Waits until nothing that was accepted is open; returns whether that was in time.
   *
   * @param open those that are being served: others are on their way there
   */
  public boolean awaitNone(OpenSet<?> open, Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (open.awaitNone(Duration.ofNanos(end - System.nanoTime()))) {
      if (limits.stream().allMatch(limit -> limit.open() == 0)) {
        return true;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return false;
  }

  private Listener open(SocketUrl url) throws IOException {
    String where = service + ": listen " + url + ": ";
    try {
      return listen(url);
    } catch (AddressException e) {
      throw new AddressException(where + e.getMessage());
    } catch (IOException | UnsupportedOperationException e) {
      throw new IOException(where + e.getMessage(), e);
    }
  }

  // a process that died has left its file: it is in nobody's use, and in the way
  private Listener listen(SocketUrl url) throws IOException {
    try {
      return net.listen(url.network().toString(), url.address());
    } catch (BindException e) {
      if (!StaleSocket.remove(net, url)) {
        throw e;
      }
      return net.listen(url.network().toString(), url.address());
    }
  }

  private void serve(Listener listener, Server server, OpenLimit limit) {
    SocketUrl bound = SocketUrl.of(listener);
    try {
      net.serve(listener, conn -> server.serve(conn, bound), limit);
      failure.completeExceptionally(
          new IOException(service + " on " + bound + " does not accept any more"));
    } catch (IOException e) {
      failure.completeExceptionally(e);
    }
  }
}
