package io.weft.server.proxy;

import io.weft.Conn;
import io.weft.Net;
import io.weft.server.notation.SocketUrl;
import io.weft.server.upstream.Slot;
import io.weft.server.upstream.UpstreamPool;
import io.weft.server.wire.ProxyHeader;
import io.weft.server.wire.ProxyVersion;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Serves connections: a session for each, from its first byte to its line in the log. */
final class Proxy {
  private final Net net;
  private final AccessLog log;
  private final Sessions sessions = new Sessions();

  private final ReentrantLock changing = new ReentrantLock();
  // what sessions go by that begin now; written under the lock
  private volatile Rules rules;

  Proxy(Net net, ProxyConfig config, AccessLog log) {
    this.net = net;
    this.log = log;
    this.rules = new Rules(config, Names.NONE, Routes.of(net, config));
  }

  private record Rules(ProxyConfig config, Names names, Routes routes) {}

  ProxyConfig config() {
    return rules.config;
  }

  Routes routes() {
    return rules.routes;
  }

  Names names() {
    return rules.names;
  }

  /** Goes by another configuration from the next session on. */
  void update(ProxyConfig config) {
    change(() -> change(config, rules.names));
  }

  /** Upstreams' names mean this from now on. */
  void learn(Names names) {
    change(
        () -> {
          if (!names.equals(rules.names)) {
            change(rules.config, names);
          }
        });
  }

  private void change(ProxyConfig config, Names names) {
    Routes before = rules.routes;
    Routes next = before.update(net, config.withTargets(names.expand(config.targets())));
    rules = new Rules(config, names, next);
    before.leaveTo(next);
  }

  private void change(Runnable body) {
    changing.lock();
    try {
      body.run();
    } finally {
      changing.unlock();
    }
  }

  Sessions sessions() {
    return sessions;
  }

  /** Serves one connection to its end, on the calling thread. */
  void serve(Conn client, SocketUrl listener) {
    Notes notes = new Notes(listener, client);
    Session session = new Session(client, notes);
    sessions.open().add(session);
    try {
      serve(session, notes, rules);
    } catch (EndedException e) {
      session.end(e.ending());
    } catch (IOException e) {
      session.end(Ending.ofFailure(Party.CLIENT, session.phase(), e));
    } catch (RejectedExecutionException e) {
      session.end(new Ending(Party.PROXY, session.phase(), Cause.KILLED));
    } finally {
      // what has not ended yet has met a fault of ours, which is on its way to who hears of faults
      session.end(new Ending(Party.PROXY, session.phase(), Cause.FAILURE));
      SessionRecord record =
          notes.record(Objects.requireNonNull(session.ending()), session.nanos());
      SessionEvents.tell(record);
      log.ended(record);
      sessions.open().remove(session);
    }
  }

  private void serve(Session session, Notes notes, Rules by) throws IOException {
    ProxyConfig config = by.config;
    Routes routes = by.routes;
    Preface preface = new Preface(session.client());
    Intake intake = new Intake(config.introduction());
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
      introduce(session, notes, config.introduction().sendProxy());
      Relay relay = new Relay(session, config.timeouts(), preface.take());
      notes.relays(relay);
      relay.run(net);
      if (relay.endedEarly()) {
        slot.endedEarly();
      }
    }
  }

  // a failure is the server's: nothing has been read of the client here
  private static void introduce(Session session, Notes notes, @Nullable ProxyVersion version)
      throws IOException {
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
