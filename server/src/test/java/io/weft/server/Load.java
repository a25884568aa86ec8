package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that make one request after the other, each on a connection of its own. */
final class Load {
  private static final int REQUEST_BYTES = 100_000;

  private final List<Thread> threads = new ArrayList<>();
  private final ConcurrentLinkedQueue<Exception> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger requests = new AtomicInteger();
  private volatile boolean ended;

  /** Starts a client for each address. */
  Load(List<? extends SocketAddress> addresses) {
    for (SocketAddress address : addresses) {
      threads.add(Thread.ofVirtual().start(() -> run(address)));
    }
  }

  /** Waits until as many requests more have been answered. */
  void await(int more) {
    int enough = requests.get() + more;
    while (requests.get() < enough && failures.isEmpty()) {
      Thread.onSpinWait();
    }
  }

  /** Ends it, after the requests that go on. */
  int end() throws InterruptedException {
    ended = true;
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).as("requests that failed, after %s good ones", requests).isEmpty();
    return requests.get();
  }

  private void run(SocketAddress address) {
    byte[] request = new byte[REQUEST_BYTES];
    new Random(5).nextBytes(request);
    while (!ended) {
      try {
        request(address, request);
        requests.incrementAndGet();
      } catch (IOException e) {
        failures.add(e);
        return;
      }
    }
  }

  private static void request(SocketAddress address, byte[] request) throws IOException {
    try (SocketChannel channel = SocketChannel.open(address)) {
      Thread writer = Thread.ofVirtual().start(() -> write(channel, request));
      ByteBuffer answer = ByteBuffer.allocate(request.length + 1);
      while (channel.read(answer) >= 0) {
        // to the end
      }
      writer.join();
      if (!answer.flip().equals(ByteBuffer.wrap(request))) {
        throw new IOException("an answer of " + answer.limit() + " bytes");
      }
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts", e);
    }
  }

  private static void write(SocketChannel channel, byte[] request) {
    try {
      ByteBuffer rest = ByteBuffer.wrap(request);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.shutdownOutput();
    } catch (IOException e) {
      // the reader hears of it, too
    }
  }
}
