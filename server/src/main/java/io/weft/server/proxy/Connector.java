package io.weft.server.proxy;

import io.weft.Conn;
import io.weft.server.jfr.UpstreamConnectEvent;
import io.weft.server.upstream.NoUpstreamException;
import io.weft.server.upstream.Pick;
import io.weft.server.upstream.Slot;
import io.weft.server.upstream.Upstream;
import io.weft.server.upstream.UpstreamPool;
import java.io.IOException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds an upstream for one session that can be reached. No byte has been relayed yet. */
final class Connector {
  private final Session session;
  private final Notes notes;
  private final Set<Upstream> tried = new HashSet<>();
  // of the last try
  private @Nullable IOException failure;

  Connector(Session session, Notes notes) {
    this.session = session;
    this.notes = notes;
  }

  /**
   * Waits for a slot and dials, as often as need be, each time somewhere else.
   *
   * @return the slot, which the caller closes; the session has the connection
   */
  Slot connect(UpstreamPool pool, int retriesMax) throws IOException {
    Slot slot = acquire(pool);
    while (!isConnected(slot)) {
      tried.add(slot.upstream());
      if (tried.size() > retriesMax) {
        throw new EndedException(Ending.ofDial(Objects.requireNonNull(failure)));
      }
      slot = acquire(pool);
    }
    return slot;
  }

  private Slot acquire(UpstreamPool pool) throws IOException {
    session.enter(Phase.QUEUE);
    long begin = session.nanos();
    try {
      return pool.acquire(new Pick(notes.source(), tried));
    } catch (NoUpstreamException e) {
      throw refused(e);
    } finally {
      notes.queued(session.nanos() - begin);
    }
  }

  // else the slot is closed
  private boolean isConnected(Slot slot) throws IOException {
    boolean connected = false;
    long begin = session.nanos();
    UpstreamConnectEvent event = new UpstreamConnectEvent();
    event.begin();
    try {
      session.enter(Phase.CONNECT);
      notes.tries(slot.upstream());
      Conn server = slot.connect();
      session.connected(server);
      notes.connected(server);
      connected = true;
    } catch (UnsupportedOperationException e) {
      failure = new IOException(e.getMessage(), e);
      event.failure = e.getMessage();
    } catch (IOException e) {
      event.failure = e.getMessage();
      if (e instanceof EndedException || Ending.isFromWithin(e)) {
        throw e;
      }
      failure = e;
    } finally {
      notes.dialled(session.nanos() - begin);
      event.upstream = slot.upstream().name();
      event.commit();
      if (!connected) {
        slot.close();
      }
    }
    return connected;
  }

  private EndedException refused(NoUpstreamException e) {
    IOException met = failure;
    return switch (e.reason()) {
      case NONE_UP, ALL_TRIED ->
          met == null
              ? session.ended(Party.PROXY, Cause.NO_UPSTREAM, e.getMessage())
              : new EndedException(Ending.ofDial(met));
      case QUEUE_TIMEOUT -> session.ended(Party.PROXY, Cause.QUEUE_TIMEOUT, null);
      case QUEUE_FULL -> session.ended(Party.PROXY, Cause.QUEUE_FULL, null);
      case CLOSED -> session.ended(Party.PROXY, Cause.KILLED, null);
    };
  }
}
