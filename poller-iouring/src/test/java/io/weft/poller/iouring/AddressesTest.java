package io.weft.poller.iouring;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: a buffer's address is right, however often and among whatever others one asks. */
@Timeout(60)
class AddressesTest {
  private static final int BUFFERS = 5000;
  private static final int QUESTIONS = 100_000;

  private final Addresses addresses = new Addresses();

  private void assertRight(ByteBuffer buffer) {
    assertThat(addresses.of(buffer)).isEqualTo(MemorySegment.ofBuffer(buffer).address());
  }

  @Test
  void anAddressIsThatOfThePosition() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(100);
    for (int position : new int[] {0, 7, 100, 0}) {
      assertRight(buffer.position(position));
    }
    assertRight(buffer.position(3).slice());
    assertRight(buffer.duplicate().position(9));
    assertRight(Arena.global().allocate(10).asByteBuffer());
  }

  @Test
  void moreBuffersThanPlacesAreAllToldRight() {
    SplittableRandom random = new SplittableRandom(1);
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int i = 0; i < BUFFERS; i++) {
      buffers.add(ByteBuffer.allocateDirect(8));
    }
    for (int i = 0; i < QUESTIONS; i++) {
      assertRight(buffers.get(random.nextInt(BUFFERS)).position(random.nextInt(8)));
    }
  }

  @Test
  void twoBuffersOfOnePairDoNotDriveEachOtherOut() {
    ByteBuffer one = ByteBuffer.allocateDirect(8);
    ByteBuffer other = ByteBuffer.allocateDirect(8);
    while (placeOf(one) != (placeOf(other) ^ 1)) {
      other = ByteBuffer.allocateDirect(8);
    }
    addresses.of(one);
    addresses.of(other);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < QUESTIONS; i++) {
      addresses.of(one);
      addresses.of(other);
    }
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(bytes / QUESTIONS).as("bytes for two questions").isZero();
  }

  private static int placeOf(ByteBuffer buffer) {
    return System.identityHashCode(buffer) & Addresses.PLACES - 1;
  }

  @Test
  void aBufferIsNotKept() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(8);
    WeakReference<ByteBuffer> kept = new WeakReference<>(buffer);
    assertRight(buffer);
    buffer = null;
    while (!kept.refersTo(null)) {
      System.gc();
    }
    assertRight(ByteBuffer.allocateDirect(8));
  }
}
