package io.weft.tck.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection in the random mix: sends its own stream of bytes, checks each byte of its
 * peer's, cancels now and then, and closes at the end or, if it is hasty, earlier.
 */
final class MixEnd {
  private static final int TOTAL_BYTES = 48 * 1024;
  private static final int CHUNK_BYTES_MAX = 6000;

  private final PortRig rig;
  private final StreamHandle handle;
  private final int stream;
  private final boolean hasty;
  private final ByteBuffer in = ByteBuffer.allocateDirect(CHUNK_BYTES_MAX);
  private final ByteBuffer out = ByteBuffer.allocateDirect(CHUNK_BYTES_MAX);
  private @Nullable MixEnd peer;
  private @Nullable Outcome read;
  private @Nullable Outcome write;
  private @Nullable Outcome close;
  private int sent;
  private int received;
  private boolean waiting;
  private boolean sendEnded;
  private boolean receiveEnded;

  MixEnd(PortRig rig, StreamHandle handle, int stream, boolean hasty) {
    this.rig = rig;
    this.handle = handle;
    this.stream = stream;
    this.hasty = hasty;
  }

  void peer(MixEnd other) {
    peer = other;
  }

  boolean closed() {
    return close != null && close.done();
  }

  /** Takes one random step. */
  void step(Random random) throws IOException {
    if (close != null) {
      return;
    }
    collect();
    if ((sendEnded && receiveEnded) || (hasty && received > TOTAL_BYTES / 2)) {
      finish();
      return;
    }
    switch (random.nextInt(8)) {
      case 0 -> handle.cancel(Direction.READ);
      case 1 -> handle.cancel(Direction.WRITE);
      case 2, 3, 4 -> startRead(random);
      default -> startWrite(random);
    }
  }

  private void collect() {
    Outcome ended = read;
    if (ended != null && ended.done()) {
      read = null;
      if (!waiting) {
        collectRead(ended.result());
      } else if (ended.result() != 0 && ended.result() != Completion.AGAIN) {
        receiveEnded |= lost(ended.result());
      }
    }
    ended = write;
    if (ended != null && ended.done()) {
      write = null;
      collectWrite(ended.result());
    }
  }

  private void collectRead(int result) {
    if (result == Completion.AGAIN) {
      read = rig.startHere("read", done -> handle.read(in, done));
    } else if (result > 0) {
      for (int i = 0; i < result; i++) {
        assertThat(in.get(i)).as("byte %s", received).isEqualTo(Bytes.at(peer().stream, received));
        received++;
      }
    } else {
      receiveEnded |= result == 0 || lost(result);
    }
  }

  private void collectWrite(int result) {
    if (result == Completion.AGAIN) {
      write = rig.startHere("write", done -> handle.write(out, done));
    } else if (result > 0) {
      sent += result;
    } else {
      sendEnded |= lost(result);
    }
  }

  /** Whether a negative result is the end of a direction; only a hasty peer may cause that. */
  private boolean lost(int result) {
    if (result == Completion.CANCELED) {
      return false;
    }
    assertThat(result).isIn(-Errno.ECONNRESET.number(), -Errno.EPIPE.number());
    assertThat(peer().hasty).as("the peer closed early").isTrue();
    return true;
  }

  private void finish() {
    if (read != null || write != null) {
      handle.cancel(Direction.READ);
      handle.cancel(Direction.WRITE);
    } else {
      rig.forget(handle);
      close = rig.startHere("close", handle::close);
    }
  }

  private void startRead(Random random) {
    if (read != null || receiveEnded) {
      return;
    }
    waiting = random.nextInt(4) == 0;
    if (waiting) {
      read = rig.startHere("readable", handle::readable);
    } else {
      in.clear().limit(1 + random.nextInt(CHUNK_BYTES_MAX));
      read = rig.startHere("read", done -> handle.read(in, done));
    }
  }

  private void startWrite(Random random) throws IOException {
    if (write != null || sendEnded) {
      return;
    }
    if (sent == TOTAL_BYTES) {
      sendEnded = true;
      shutdown();
      return;
    }
    int count = Math.min(1 + random.nextInt(CHUNK_BYTES_MAX), TOTAL_BYTES - sent);
    out.clear().put(Bytes.of(stream, sent, count)).flip();
    write = rig.startHere("write", done -> handle.write(out, done));
  }

  private void shutdown() throws IOException {
    try {
      handle.shutdown(Direction.WRITE);
    } catch (ErrnoException e) {
      assertThat(peer().hasty).as("the peer closed early: %s", e).isTrue();
    }
  }

  /** To be called when both ends are closed. */
  void verify() {
    if (!hasty && !peer().hasty) {
      assertThat(sent).isEqualTo(TOTAL_BYTES);
      assertThat(received).isEqualTo(TOTAL_BYTES);
    }
    assertThat(received).isLessThanOrEqualTo(peer().sent);
    assertThat(Objects.requireNonNull(close).result()).isZero();
  }

  private MixEnd peer() {
    return Objects.requireNonNull(peer, "both ends are made before either steps");
  }
}
