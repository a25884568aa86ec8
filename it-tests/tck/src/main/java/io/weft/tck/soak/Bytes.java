package io.weft.tck.soak;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/**
 * What all streams carry: random bytes, over and over, each stream from an origin of its own. A
 * byte that is lost, doubled or another stream's moves all that follow. A file has them, too.
 */
final class Bytes implements AutoCloseable {
  private static final int COUNT = 512 * 1024 + 7;

  private final byte[] table = new byte[COUNT];
  private final FileChannel file;

  Bytes(long seed) throws IOException {
    new Random(seed).nextBytes(table);
    Path path = Files.createTempFile("weft-soak", ".bytes");
    Files.write(path, table);
    file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE);
  }

  FileChannel file() {
    return file;
  }

  /** Where in the file a position is. */
  int offset(long position) {
    return (int) (position % COUNT);
  }

  /** How many follow in the file. */
  int following(long position) {
    return COUNT - offset(position);
  }

  /** Fills a buffer with what is at a position and behind it. */
  void copyTo(ByteBuffer dst, long position) {
    for (long at = position; dst.hasRemaining(); ) {
      int count = Math.min(dst.remaining(), following(at));
      dst.put(table, offset(at), count);
      at += count;
    }
  }

  /** Whether a buffer's bytes are those at a position and behind it. */
  boolean matches(ByteBuffer got, long position) {
    for (int done = 0; done < got.remaining(); ) {
      int count = Math.min(got.remaining() - done, following(position + done));
      ByteBuffer due = ByteBuffer.wrap(table, offset(position + done), count);
      if (!got.slice(got.position() + done, count).equals(due)) {
        return false;
      }
      done += count;
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
