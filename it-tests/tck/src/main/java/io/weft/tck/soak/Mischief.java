package io.weft.tck.soak;

import io.weft.Conn;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** Disturbs sessions from a thread that has no part in them. */
final class Mischief {
  private static final int TIMEOUT_MICROS_MAX = 4000;

  private final Random random;

  Mischief(Random random) {
    this.random = random;
  }

  void disturb(Session session) throws IOException {
    List<Thread> workers = session.workers();
    if (!workers.isEmpty() && random.nextInt(3) == 0) {
      workers.get(random.nextInt(workers.size())).interrupt();
    }
    List<Conn> conns = session.conns();
    if (!conns.isEmpty()) {
      Conn conn = conns.get(random.nextInt(conns.size()));
      try {
        if (session.isDoomed() && random.nextInt(4) == 0) {
          session.disturb();
          endQuietly(conn);
        } else {
          moveDeadline(conn);
        }
      } catch (ClosedChannelException e) {
        // it has ended by itself, or was ended before
      }
    }
  }

  void disturb(Door door) throws IOException {
    try {
      door.listener().setTimeout(timeout());
    } catch (ClosedChannelException e) {
      // so it is with all doors
    }
  }

  private Duration timeout() {
    return Duration.ofNanos(1000L * random.nextInt(TIMEOUT_MICROS_MAX));
  }

  private void moveDeadline(Conn conn) throws IOException {
    switch (random.nextInt(7)) {
      case 0 -> conn.setReadTimeout(timeout());
      case 1 -> conn.setWriteTimeout(timeout());
      case 2 -> conn.setTimeout(timeout());
      case 3 -> conn.setReadDeadline(Instant.EPOCH);
      case 4 -> conn.setWriteDeadline(Instant.EPOCH);
      case 5 -> conn.setDeadline(Instant.now().plus(timeout()));
      default -> conn.setDeadline(null);
    }
  }

  private void endQuietly(Conn conn) {
    try {
      end(conn);
    } catch (IOException e) {
      // another end was quicker
    }
  }

  private void end(Conn conn) throws IOException {
    switch (random.nextInt(4)) {
      case 0 -> conn.closeRead();
      case 1 -> conn.closeWrite();
      case 2 -> conn.close();
      default -> {
        if (conn.localAddress() instanceof InetSocketAddress) {
          conn.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
        conn.close();
      }
    }
  }
}
