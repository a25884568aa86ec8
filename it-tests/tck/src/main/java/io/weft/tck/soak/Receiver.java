package io.weft.tck.soak;

import io.weft.Conn;
import io.weft.tck.soak.Tally.Event;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;

/** Receives a stream to its end, and compares every byte. */
final class Receiver extends Half {
  private static final int SHOWN_BYTES_MAX = 64;

  private final Bytes bytes;
  private final Stream stream;
  private long received;

  Receiver(Conn conn, Random random, Carried carried) {
    super(conn, random, carried.tally());
    bytes = carried.bytes();
    stream = carried.stream();
  }

  /** Receives up to the end; tells whether that is the end of all that was sent. */
  boolean receive() throws IOException {
    while (receiveSome()) {
      dawdle();
    }
    if (stream.isWhole(received)) {
      tally.add(Event.WHOLE, 1);
      return true;
    }
    return false;
  }

  private boolean receiveSome() throws IOException {
    ByteBuffer dst = buffers.next(Sizes.piece(random));
    InterruptedIOException ended;
    try {
      if (random.nextInt(4) == 0) {
        conn.awaitReadable();
      }
      int count = conn.read(dst);
      if (count < 0) {
        return false;
      }
      compare(dst.flip());
      received += count;
      tally.add(Event.BYTES, count);
      return true;
    } catch (InterruptedIOException e) {
      ended = e;
    }
    // whatever still writes there does it unseen by the next call, which has other memory
    Buffers.poison(dst);
    buffers.renew();
    resume(ended);
    dawdle();
    if (!Buffers.isPoisoned(dst)) {
      throw new AssertionError("a read that was ended has touched its buffer afterwards");
    }
    return true;
  }

  private void compare(ByteBuffer got) {
    long position = stream.position(received);
    if (!bytes.matches(got, position)) {
      ByteBuffer due = ByteBuffer.allocate(got.remaining());
      bytes.copyTo(due, position);
      throw new AssertionError(
          "of %d bytes after %d, some are wrong: %s instead of %s"
              .formatted(got.remaining(), received, hex(got), hex(due.flip())));
    }
  }

  /** The first bytes. */
  private static String hex(ByteBuffer from) {
    byte[] first = new byte[Math.min(from.remaining(), SHOWN_BYTES_MAX)];
    from.get(from.position(), first);
    return HexFormat.of().formatHex(first);
  }

  long received() {
    return received;
  }

  @Override
  void forgetDeadline() throws IOException {
    conn.setReadDeadline(null);
  }
}
