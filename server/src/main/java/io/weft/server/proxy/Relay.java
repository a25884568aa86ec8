package io.weft.server.proxy;

import io.weft.Conn;
import io.weft.Net;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The part of a session in which both sides may send: a thread for each direction, until both have
 * come to their ends, or one of them fails.
 */
final class Relay {
  private final Session session;
  private final Conn client;
  private final Conn server;
  private final Silence silence;
  private final Flow up;
  private final Flow down;
  private final AtomicReference<@Nullable Party> firstToEnd = new AtomicReference<>();
  // directions whose end has not been handed on
  private final AtomicInteger open = new AtomicInteger(2);
  private final CountDownLatch running = new CountDownLatch(2);

  /**
   * A relay that has not begun.
   *
   * @param first what the client has sent already
   */
  Relay(Session session, Timeouts timeouts, ByteBuffer first) {
    this.session = session;
    this.client = session.client();
    this.server = session.server();
    this.silence = new Silence(timeouts, session::nanos, client, server);
    this.up = new Flow(this, Party.CLIENT, first);
    this.down = new Flow(this, Party.SERVER, Preface.NOTHING);
  }

  /** Relays until the session has ended. The calling thread has the client's direction. */
  void run(Net net) throws IOException {
    session.enter(Phase.DATA);
    silence.begin();
    net.go(down);
    up.run();
    awaitBoth();
  }

  // an interrupt says that the session has ended, and so the other direction does not last
  private void awaitBoth() {
    boolean interrupted = false;
    for (boolean left = false; !left; ) {
      try {
        running.await();
        left = true;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the server reset the connection before it had sent anything. */
  boolean endedEarly() {
    Ending how = session.ending();
    return how != null
        && how.by() == Party.SERVER
        && how.cause() == Cause.RESET
        && down.bytes() == 0;
  }

  /** From the client to the server. */
  Flow up() {
    return up;
  }

  /** From the server to the client. */
  Flow down() {
    return down;
  }

  Conn connOf(Party side) {
    return side == Party.CLIENT ? client : server;
  }

  long nanos() {
    return session.nanos();
  }

  /** A deadline has passed; throws when the session is to end of it. */
  void look(Party sender, boolean moved) throws IOException {
    Cause cause = silence.look(sender, moved);
    if (cause != null) {
      throw new EndedException(new Ending(Party.PROXY, session.phase(), cause));
    }
  }

  /** What knows how long nothing has moved. */
  Silence silence() {
    return silence;
  }

  /** A side has ended, and the other one is to be told. */
  void reachedEnd(Party sender) throws IOException {
    if (firstToEnd.compareAndSet(null, sender)) {
      session.enter(Phase.LAST_DATA);
    }
  }

  /** A side has ended, and the other one knows it. */
  void handedOnEnd(Party sender) throws IOException {
    silence.ended(sender);
    Party first = firstToEnd.get();
    if (open.decrementAndGet() == 0 && first != null) {
      session.end(new Ending(first, Phase.DATA, Cause.EOF));
    }
  }

  /** A read from a side, or a write to it, failed; or the session is to end. */
  void failed(Party side, IOException failure) {
    session.end(
        failure instanceof EndedException ended
            ? ended.ending()
            : Ending.ofFailure(side, session.phase(), failure));
  }

  /** A direction's thread is done, whatever happened. */
  void left(Party sender) {
    silence.left(sender);
    running.countDown();
  }
}
