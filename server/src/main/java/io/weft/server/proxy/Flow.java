package io.weft.server.proxy;

import io.weft.Conn;
import io.weft.NetError;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;

/** One direction of a session: hands on what one side sends, to its end, and then that. */
final class Flow implements Runnable {
  private final Relay relay;
  private final Party sender;
  private final Conn source;
  private final Conn target;

  // what was read before; given up once it is written
  private ByteBuffer first;
  // written by the thread that runs this; read by others when that has ended
  private long firstNanos = -1;
  private long bytes;
  // the same as of the last look
  private volatile long seenBytes;

  /**
   * A direction that has not begun.
   *
   * @param sender whose bytes it hands on
   * @param first what was read of the source already
   */
  Flow(Relay relay, Party sender, ByteBuffer first) {
    this.relay = relay;
    this.sender = sender;
    this.source = relay.connOf(sender);
    this.target = relay.connOf(sender.other());
    this.first = first;
  }

  @Override
  public void run() {
    try {
      while (!isAtEnd()) {
        // it has come to a deadline, which is none of the session's
      }
      seenBytes = bytes;
      relay.reachedEnd(sender);
      target.closeWrite();
      relay.handedOnEnd(sender);
    } catch (IOException e) {
      relay.failed(sideOf(e), e);
    } catch (RuntimeException | Error e) {
      relay.failed(Party.PROXY, new IOException(e));
      throw e;
    } finally {
      relay.left(sender);
    }
  }

  /** How many bytes of it the other side's kernel has taken. */
  long bytes() {
    return bytes;
  }

  /** The same as of the last look, for threads that cannot wait for the end. */
  long seenBytes() {
    return seenBytes;
  }

  /** When the first byte came; negative when none did. */
  long firstNanos() {
    return bytes > 0 ? firstNanos : -1;
  }

  // whether it came to the end, not to a deadline
  private boolean isAtEnd() throws IOException {
    long before = bytes;
    try {
      moveAll();
      return true;
    } catch (SocketTimeoutException e) {
      if (!Ending.isDeadline(e)) {
        throw e;
      }
      seenBytes = bytes;
      relay.look(sender, bytes > before);
      return false;
    }
  }

  private void moveAll() throws IOException {
    if (first.hasRemaining()) {
      writeFirst();
    }
    if (firstNanos < 0) {
      source.awaitReadable();
      firstNanos = relay.nanos();
    }
    transfer();
  }

  private void writeFirst() throws IOException {
    int before = first.position();
    try {
      target.write(first);
    } finally {
      bytes += first.position() - before;
    }
    first = Preface.NOTHING;
  }

  private void transfer() throws IOException {
    try {
      bytes += source.transferTo(target, Long.MAX_VALUE);
    } catch (IOException e) {
      bytes += e instanceof NetError error ? error.transferredBytes() : 0;
      throw e;
    }
  }

  private Party sideOf(IOException failure) {
    boolean reading = failure instanceof NetError error && error.op().equals("read");
    return reading ? sender : sender.other();
  }
}
