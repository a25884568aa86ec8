package io.weft.server.proxy;

import io.weft.Conn;
import io.weft.server.address.SocketUrl;
import io.weft.server.proxy.SessionRecord.Bytes;
import io.weft.server.proxy.SessionRecord.Destination;
import io.weft.server.proxy.SessionRecord.Measures;
import io.weft.server.proxy.SessionRecord.Origin;
import io.weft.server.upstream.Upstream;
import io.weft.server.wire.ProxyHeader;
import java.net.SocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is to be said of a session in the end. Owned by the session's thread. */
final class Notes {
  private final SocketUrl listener;
  private final Conn client;
  private @Nullable ProxyHeader header;
  private @Nullable String serverName;
  private @Nullable Upstream upstream;
  private @Nullable SocketAddress via;
  private @Nullable Relay relay;
  private int tries;
  private long queueNanos;
  private long connectNanos;

  Notes(SocketUrl listener, Conn client) {
    this.listener = listener;
    this.client = client;
  }

  void introducedBy(ProxyHeader received) {
    header = received;
  }

  void asksFor(@Nullable String name) {
    serverName = name;
  }

  @Nullable String serverName() {
    return serverName;
  }

  void queued(long nanos) {
    queueNanos += nanos;
  }

  void tries(Upstream next) {
    upstream = next;
    tries++;
  }

  void dialled(long nanos) {
    connectNanos += nanos;
  }

  void connected(Conn server) {
    via = server.localAddress();
  }

  void relays(Relay both) {
    relay = both;
  }

  /** The header that the client sent, if it did. */
  @Nullable ProxyHeader header() {
    return header;
  }

  /** Where the client's connection comes from: by the header, if there is one that says so. */
  SocketAddress source() {
    SocketAddress told = header == null ? null : header.source();
    return told == null ? client.remoteAddress() : told;
  }

  /** All of it, once the relay has ended. */
  SessionRecord record(Ending ending, long totalNanos) {
    Relay both = relay;
    return new SessionRecord(
        Instant.now(),
        new Origin(listener, source(), client.remoteAddress()),
        new Destination(serverName, upstream == null ? null : upstream.name(), via, tries),
        ending,
        new Measures(
            queueNanos,
            connectNanos,
            both == null ? -1 : both.down().firstNanos(),
            totalNanos,
            both == null ? new Bytes(0, 0) : new Bytes(both.up().bytes(), both.down().bytes())));
  }
}
