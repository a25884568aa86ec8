package io.weft.server.proxy;

import io.weft.Conn;
import io.weft.Net;
import io.weft.server.address.SocketUrl;
import io.weft.server.upstream.Slot;
import io.weft.server.upstream.UpstreamPool;
import io.weft.server.wire.ProxyHeader;
import io.weft.server.wire.ProxyVersion;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;

/** Serves connections: a session for each, from its first byte to its line in the log. */
final class Proxy {
  private final Net net;
  private final ProxyConfig config;
  private final Routes routes;
  private final AccessLog log;
  private final Intake intake;
  private final Sessions sessions = new Sessions();

  Proxy(Net net, ProxyConfig config, Routes routes, AccessLog log) {
    this.net = net;
    this.config = config;
    this.routes = routes;
    this.log = log;
    this.intake = new Intake(config.introduction());
  }

  Sessions sessions() {
    return sessions;
  }

  /** Serves one connection to its end, on the calling thread. */
  void serve(Conn client, SocketUrl listener) {
    Session session = new Session(client);
    Notes notes = new Notes(listener, client);
    sessions.open().add(session);
    try {
      serve(session, notes);
    } catch (EndedException e) {
      session.end(e.ending());
    } catch (IOException e) {
      session.end(Ending.ofFailure(Party.CLIENT, session.phase(), e));
    } catch (RejectedExecutionException e) {
      session.end(new Ending(Party.PROXY, session.phase(), Cause.KILLED));
    } finally {
      // what has not ended yet has met a fault of ours, which is on its way to who hears of faults
      session.end(new Ending(Party.PROXY, session.phase(), Cause.FAILURE));
      log.ended(notes.record(Objects.requireNonNull(session.ending()), session.nanos()));
      sessions.open().remove(session);
    }
  }

  private void serve(Session session, Notes notes) throws IOException {
    Preface preface = new Preface(session.client());
    intake.readHeader(session, preface, notes);
    if (routes.areByServerName()) {
      notes.asksFor(intake.readHello(session, preface).serverName());
    }
    UpstreamPool pool = routes.of(notes.serverName());
    if (pool == null) {
      throw session.ended(Party.PROXY, Cause.NO_UPSTREAM, "no upstream for this server name");
    }
    try (Slot slot =
        new Connector(session, notes).connect(pool, config.limits().connectRetries())) {
      introduce(session, notes);
      Relay relay = new Relay(session, config.timeouts(), preface.take());
      notes.relays(relay);
      relay.run(net);
      if (relay.endedEarly()) {
        slot.endedEarly();
      }
    }
  }

  // a failure is the server's: nothing has been read of the client here
  private void introduce(Session session, Notes notes) throws IOException {
    ProxyVersion version = config.introduction().sendProxy();
    if (version != null) {
      try {
        session.server().write(version.encode(header(session.client(), notes)));
      } catch (IOException e) {
        throw new EndedException(Ending.ofFailure(Party.SERVER, Phase.CONNECT, e));
      }
    }
  }

  private static ProxyHeader header(Conn client, Notes notes) {
    ProxyHeader received = notes.header();
    return received == null
        ? ProxyHeader.proxied(client.remoteAddress(), client.localAddress())
        : received;
  }
}
