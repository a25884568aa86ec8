package io.weft.server.upstream;

import io.weft.Conn;
import io.weft.server.upstream.Ports.Dialer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;

/** Finds out whether an upstream is well: connects, sends, compares the answer. */
final class HealthCheck {
  private final HealthConfig config;
  private final Dialer dialer;
  private final Time time;

  HealthCheck(HealthConfig config, Dialer dialer, Time time) {
    this.config = config;
    this.dialer = dialer;
    this.time = time;
  }

  /** Returns when the upstream is well; throws what is wrong with it. */
  void run(Upstream upstream) throws IOException {
    Duration timeout = config.pace().timeout();
    long begin = time.nanos();
    try (Conn conn = dialer.dial(upstream, timeout)) {
      conn.setTimeout(timeout.minusNanos(time.nanos() - begin));
      send(conn, config.preamble().bytes(conn));
      send(conn, config.send().bytes());
      expect(conn, config.expect().bytes());
    }
  }

  private static void send(Conn conn, byte[] bytes) throws IOException {
    if (bytes.length > 0) {
      conn.write(bytes);
    }
  }

  // what differs ends the check at once: the rest may never come
  private static void expect(Conn conn, byte[] expected) throws IOException {
    ByteBuffer answer = ByteBuffer.allocate(expected.length);
    while (answer.hasRemaining()) {
      boolean ended = conn.read(answer) < 0;
      byte[] begin = Arrays.copyOf(answer.array(), answer.position());
      if (ended || !Arrays.equals(begin, Arrays.copyOf(expected, begin.length))) {
        throw new IOException(
            "answered %s%s instead of %s"
                .formatted(
                    EscapedBytes.of(begin), ended ? " and ended" : "", EscapedBytes.of(expected)));
      }
    }
  }
}
