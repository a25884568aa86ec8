package io.weft.server.service;

import io.weft.ConnHandler;
import io.weft.Listener;
import io.weft.Net;
import io.weft.OpenLimit;
import io.weft.server.notation.SocketUrl;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A listener, which may be handed from one service to another one while clients connect: what the
 * one has not accepted, the other one does. Owned by the thread that starts and changes services.
 */
final class Door {
  private final Net net;
  private final SocketUrl url;
  private final Listener listener;
  private @Nullable Serving serving;

  /**
   * A door that nobody serves yet.
   *
   * @param url what the configuration says, of which the listener is one
   */
  Door(Net net, SocketUrl url, Listener listener) {
    this.net = net;
    this.url = url;
    this.listener = listener;
  }

  SocketUrl url() {
    return url;
  }

  /** The address that was really bound. */
  SocketUrl bound() {
    return SocketUrl.of(listener);
  }

  /** The limit of those that serve it; null when nobody does. */
  @Nullable OpenLimit limit() {
    Serving present = serving;
    return present == null ? null : present.limit;
  }

  /** Has what is accepted from now on served by this handler. */
  void serve(ConnHandler handler, OpenLimit limit, End end) {
    Serving present = serving;
    if (present != null) {
      present.stop();
    }
    Serving next = new Serving(handler, limit, end);
    next.thread = net.go(() -> next.run(net, listener));
    serving = next;
  }

  /** Stops listening, of which whoever serves it hears. */
  void close() {
    listener.close();
  }

  /** Stops listening, for nobody wants it any more. */
  void retire() {
    Serving present = serving;
    if (present != null) {
      present.expected = true;
    }
    listener.close();
  }

  /** Hears why a door is served no more. */
  interface End {
    void ended(@Nullable IOException failure);
  }

  /** An accept loop. */
  private static final class Serving {
    private final ConnHandler handler;
    private final OpenLimit limit;
    private final End end;
    // whoever ends the loop sets it before
    private volatile boolean expected;
    private @Nullable Thread thread;

    Serving(ConnHandler handler, OpenLimit limit, End end) {
      this.handler = handler;
      this.limit = limit;
      this.end = end;
    }

    void run(Net net, Listener listener) {
      IOException failure = null;
      try {
        net.serve(listener, handler, limit);
      } catch (IOException e) {
        failure = e;
      }
      if (!expected) {
        end.ended(failure);
      }
    }

    // an interrupt ends an accept and leaves the listener open
    void stop() {
      expected = true;
      Thread runner = thread;
      if (runner != null) {
        runner.interrupt();
        join(runner);
      }
    }

    private static void join(Thread runner) {
      boolean interrupted = false;
      while (runner.isAlive()) {
        try {
          runner.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
