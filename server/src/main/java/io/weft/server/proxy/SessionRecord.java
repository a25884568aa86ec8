package io.weft.server.proxy;

import io.weft.server.notation.SocketUrl;
import java.net.SocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session that has ended.
 *
 * @param time when it ended
 * @param from where it came from
 * @param to where it went
 * @param ending how it ended
 * @param measures how long it took, and how much
 */
public record SessionRecord(
    Instant time, Origin from, Destination to, Ending ending, Measures measures) {
  /**
   * Where a session came from.
   *
   * @param listener the address that was bound
   * @param client the client; where there is a PROXY header with addresses, by that
   * @param peer the other end of the connection: the client, or a proxy in front of it
   */
  public record Origin(SocketUrl listener, SocketAddress client, SocketAddress peer) {}

  /**
   * Where a session went.
   *
   * @param serverName what it asked for by SNI, if it did
   * @param upstream the last one that was tried
   * @param via this process's end of the connection to it, if there was one
   * @param tries how many upstreams were tried
   */
  public record Destination(
      @Nullable String serverName,
      @Nullable String upstream,
      @Nullable SocketAddress via,
      int tries) {}

  /**
   * What was measured. Times are in nanoseconds.
   *
   * @param queue how long it waited for slots
   * @param connect how long it dialled, all tries together
   * @param firstByte from accept to the server's first byte; negative when there was none
   * @param total from accept to the end
   * @param bytes how much was relayed
   */
  public record Measures(long queue, long connect, long firstByte, long total, Bytes bytes) {}

  /**
   * Bytes that the receiver's kernel has taken, without PROXY headers.
   *
   * @param toServer from the client
   * @param toClient from the server
   */
  public record Bytes(long toServer, long toClient) {}
}
