package io.weft.server.proxy;

import io.weft.Conn;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection from accept to the end. It ends once: whoever first says how, closes its
 * connections, and so ends all that waits on them.
 */
final class Session {
  private final Conn client;
  private final Notes notes;
  private final long startNanos = System.nanoTime();
  private final Thread thread = Thread.currentThread();
  private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
  // Each is written before a look at the ending, which is written before a look at them: either
  // who ends the session sees how far it has come, or the session sees that it has ended.
  private volatile Phase phase = Phase.QUEUE;
  private volatile @Nullable Conn server;

  /** A session that the calling thread runs. */
  Session(Conn client, Notes notes) {
    this.client = client;
    this.notes = notes;
  }

  Conn client() {
    return client;
  }

  /** The upstream's end, once the session has it. */
  Conn server() {
    return Objects.requireNonNull(server);
  }

  Notes notes() {
    return notes;
  }

  Phase phase() {
    return phase;
  }

  /** When it began, by the clock that has no zero. */
  long startNanos() {
    return startNanos;
  }

  /** Nanoseconds since the session began. */
  long nanos() {
    return System.nanoTime() - startNanos;
  }

  /** Comes to another phase. */
  void enter(Phase next) throws EndedException {
    phase = next;
    requireGoingOn();
  }

  /** Has its upstream, and will close the connection to it. */
  void connected(Conn reached) throws EndedException {
    server = reached;
    requireGoingOn();
  }

  /** Throws what ends it where it stands. */
  EndedException ended(Party by, Cause cause, @Nullable String detail) {
    return new EndedException(new Ending(by, phase, cause, detail));
  }

  /** Ends it, if it has not ended yet. Any thread. */
  void end(Ending how) {
    if (!ending.compareAndSet(null, how)) {
      return;
    }
    Conn reached = server;
    if (reached != null) {
      close(reached, Party.SERVER, how);
    }
    close(client, Party.CLIENT, how);
    if ((phase == Phase.QUEUE || phase == Phase.CONNECT) && Thread.currentThread() != thread) {
      thread.interrupt();
    }
  }

  /** How it has ended, once it has. */
  @Nullable Ending ending() {
    return ending.get();
  }

  private void requireGoingOn() throws EndedException {
    Ending how = ending.get();
    if (how != null) {
      Conn reached = server;
      if (reached != null) {
        close(reached, Party.SERVER, how);
      }
      throw new EndedException(how);
    }
  }

  // what is cut off must not look like all there is: a reset says so, an end of stream does not;
  // who has sent one hears nothing any more
  private static void close(Conn conn, Party side, Ending how) {
    boolean gone = how.cause() == Cause.RESET && how.by() == side;
    if (!how.cause().isOrderly() && !gone) {
      try {
        conn.setOption(StandardSocketOptions.SO_LINGER, 0);
      } catch (IOException | UnsupportedOperationException e) {
        // closed already, or a socket that knows no reset
      }
    }
    conn.close();
  }
}
