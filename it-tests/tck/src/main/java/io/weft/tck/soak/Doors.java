package io.weft.tck.soak;

import io.weft.Conn;
import io.weft.Network;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/** The listeners of a soak, each of which is replaced now and then. */
final class Doors {
  private static final List<Network> NETWORKS = List.of(Network.TCP, Network.TCP4, Network.UNIX);
  private static final int ACCEPTORS = 2;

  private final Opener opener;
  private final Crew crew;
  private final Consumer<Conn> handler;
  private final AtomicReferenceArray<Door> open = new AtomicReferenceArray<>(NETWORKS.size());

  /** Makes a listener. */
  @FunctionalInterface
  interface Opener {
    Door open(Network network) throws IOException;
  }

  Doors(Opener opener, Crew crew, Consumer<Conn> handler) {
    this.opener = opener;
    this.crew = crew;
    this.handler = handler;
  }

  void openAll() throws IOException {
    for (int i = 0; i < open.length(); i++) {
      open(i);
    }
  }

  private void open(int index) throws IOException {
    Door door = opener.open(NETWORKS.get(index));
    open.set(index, door);
    for (int i = 0; i < ACCEPTORS; i++) {
      crew.start(() -> door.acceptAll(handler));
    }
  }

  Door any(Random random) {
    return open.get(random.nextInt(open.length()));
  }

  /** A new one comes, and an old one goes. */
  void replaceOne(Random random) throws IOException {
    int index = random.nextInt(open.length());
    Door old = open.get(index);
    open(index);
    old.close();
  }

  void closeAll() {
    for (int i = 0; i < open.length(); i++) {
      open.get(i).close();
    }
  }
}
