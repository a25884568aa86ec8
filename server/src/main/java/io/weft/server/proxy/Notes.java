package io.weft.server.proxy;

import io.weft.Conn;
import io.weft.server.notation.SocketUrl;
import io.weft.server.proxy.SessionRecord.Bytes;
import io.weft.server.proxy.SessionRecord.Destination;
import io.weft.server.proxy.SessionRecord.Measures;
import io.weft.server.proxy.SessionRecord.Origin;
import io.weft.server.upstream.Upstream;
import io.weft.server.wire.ProxyHeader;
import java.net.SocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is to be said of a session in the end, and what can be said of it meanwhile. Written by the
 * session's thread alone.
 */
final class Notes {
  private final SocketUrl listener;
  private final Conn client;
  // each is set about once; others see the numbers below as of the last one that they see set
  private volatile @Nullable ProxyHeader header;
  private volatile @Nullable String serverName;
  private volatile @Nullable Upstream upstream;
  private volatile @Nullable SocketAddress via;
  private volatile @Nullable Relay relay;
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
    tries++;
    upstream = next;
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
    ProxyHeader received = header;
    SocketAddress told = received == null ? null : received.source();
    return told == null ? client.remoteAddress() : told;
  }

  /** The part of the session in which both sides may send, once it has come so far. */
  @Nullable Relay relay() {
    return relay;
  }

  /** All of it, once the relay has ended. */
  SessionRecord record(Ending ending, long totalNanos) {
    Relay both = relay;
    return new SessionRecord(
        Instant.now(),
        from(),
        to(),
        ending,
        new Measures(
            queueNanos,
            connectNanos,
            both == null ? -1 : both.down().firstNanos(),
            totalNanos,
            both == null ? new Bytes(0, 0) : new Bytes(both.up().bytes(), both.down().bytes())));
  }

  /** Where the session comes from, as far as is known. */
  Origin from() {
    return new Origin(listener, source(), client.remoteAddress());
  }

  /** Where the session goes, as far as is known. */
  Destination to() {
    Upstream last = upstream;
    return new Destination(serverName, last == null ? null : last.name(), via, tries);
  }
}
