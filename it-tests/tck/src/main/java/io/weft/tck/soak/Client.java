package io.weft.tck.soak;

import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.tck.soak.Session.Leg;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The side of a session that dials. */
final class Client {
  private static final int DIALS_MAX = 5;
  // less, and the kernels wait for each other's timers
  private static final int QUEUE_BYTES_MIN = 128 * 1024;

  private final Stage stage;
  private final Session session;
  private final Random random;

  Client(Stage stage, Session session, int part) {
    this.stage = stage;
    this.session = session;
    random = session.random(part);
  }

  /** The whole conversation. */
  void run() throws IOException {
    Conn conn = dial(false);
    if (conn == null) {
      return;
    }
    try (conn) {
      Receiver receiver = new Receiver(conn, session.random(1), stage.carried(session.back()));
      Worker reader =
          stage.crew().start(session, random, () -> stage.crew().receiveAll(session, receiver));
      try {
        new Sender(conn, random, stage.carried(session.forth())).send(Sizes.stream(random));
      } finally {
        reader.await();
      }
    }
  }

  /** A connection that the server knows; null when time or an interrupt was against it. */
  @Nullable Conn dial(boolean onward) throws IOException {
    for (int i = 0; i < DIALS_MAX; i++) {
      Leg leg = session.leg(stage.doors().any(random), onward);
      try {
        Conn conn =
            stage.net().dial(leg.door().network().toString(), leg.door().address(), config());
        session.add(conn);
        introduce(conn, leg);
        return conn;
      } catch (InterruptedIOException e) {
        leg.settle();
        stage.tally().ended(e);
        Thread.interrupted();
      }
    }
    return null;
  }

  private DialConfig config() {
    return random.nextInt(6) > 0
        ? DialConfig.DEFAULT
        : DialConfig.DEFAULT.withTimeout(Duration.ofNanos(1 + random.nextInt(2_000_000)));
  }

  private void introduce(Conn conn, Leg leg) throws IOException {
    try {
      if (random.nextInt(4) == 0) {
        conn.setOption(StandardSocketOptions.SO_SNDBUF, QUEUE_BYTES_MIN);
      }
      if (random.nextInt(4) == 0) {
        conn.setOption(StandardSocketOptions.SO_RCVBUF, QUEUE_BYTES_MIN);
      }
      new Header(session.number(), session.indexOf(leg)).write(conn);
    } catch (IOException e) {
      conn.close();
      throw e;
    }
  }
}
