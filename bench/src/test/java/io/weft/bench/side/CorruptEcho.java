package io.weft.bench.side;

import io.weft.bench.load.TestingServer;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** An echo server, as a candidate is, that changes the first byte of what it receives. */
final class CorruptEcho {
  private CorruptEcho() {}

  /** Serves until it is killed. */
  public static void main(String[] args) throws IOException, InterruptedException {
    try (TestingServer server = TestingServer.echo(bytes -> bytes.put(0, (byte) ~bytes.get(0)))) {
      System.out.println("ready: corrupt echo on 127.0.0.1:" + server.port());
      new CountDownLatch(1).await();
    }
  }
}
