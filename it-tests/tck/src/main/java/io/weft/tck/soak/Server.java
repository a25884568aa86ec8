package io.weft.tck.soak;

import io.weft.Conn;
import java.io.IOException;
import java.util.Random;

/** The side of a session that accepts. */
final class Server {
  private final Stage stage;
  private final Session session;
  private final Conn conn;
  private final Random random;

  Server(Stage stage, Session session, Conn conn) {
    this.stage = stage;
    this.session = session;
    this.conn = conn;
    random = session.random(2);
  }

  /** The whole conversation with the client. */
  void run() throws IOException {
    switch (session.kind()) {
      case DUPLEX -> converse();
      case ECHO -> {
        new Mover(conn, conn, random, stage.tally()).move();
        conn.closeWrite();
      }
      case RELAY -> relay();
    }
  }

  private void converse() throws IOException {
    Receiver receiver = receiver(3);
    Worker reader =
        stage.crew().start(session, random, () -> stage.crew().receiveAll(session, receiver));
    try {
      new Sender(conn, random, stage.carried(session.back())).send(Sizes.stream(random));
    } finally {
      reader.await();
    }
  }

  private Receiver receiver(int part) {
    return new Receiver(conn, session.random(part), stage.carried(session.forth()));
  }

  private void relay() throws IOException {
    Conn onward = new Client(stage, session, 4).dial(true);
    if (onward == null) {
      session.disturb();
      return;
    }
    try (onward) {
      new Mover(conn, onward, random, stage.tally()).move();
      onward.closeWrite();
      session.back().end();
      conn.closeWrite();
    }
  }

  /** The other end of what is relayed. */
  void sink() throws IOException {
    stage.crew().receiveAll(session, receiver(5));
  }
}
