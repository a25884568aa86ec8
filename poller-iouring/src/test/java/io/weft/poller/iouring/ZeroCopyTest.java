package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.poller.iouring.ring.Caps;
import io.weft.poller.iouring.ring.Caps.Feature;
import io.weft.poller.iouring.ring.FaultyCompletions;
import io.weft.poller.iouring.ring.FaultySys;
import io.weft.poller.iouring.ring.InFlight;
import io.weft.poller.iouring.ring.Kernel;
import io.weft.poller.iouring.ring.Ring;
import io.weft.poller.iouring.ring.Sqe;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.SocketAddressCodec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: what is sent from the caller's memory is what was there when it was written. */
class ZeroCopyTest {
  private static final long FULL_FOR_NANOS = 50_000_000;
  private static final Caps CAPS = Caps.ALL.without(Set.of(Feature.BUFFER_PARTS));
  private static final int BYTES = 1 << 20;
  private static final int CQE_F_NOTIF = 1 << 3;

  @BeforeAll
  static void kernelSendsWithoutACopy() throws Exception {
    Kernel.mustHave(Feature.SEND_ZC);
  }

  private static ByteBuffer random(int count) {
    byte[] bytes = new byte[count];
    new Random(14).nextBytes(bytes);
    return ByteBuffer.allocateDirect(count).put(bytes).flip();
  }

  private static byte[] bytes(ByteBuffer buffer, int count) {
    byte[] bytes = new byte[count];
    buffer.get(0, bytes);
    return bytes;
  }

  private static CompletableFuture<byte[]> read(SocketChannel peer, int count) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return peer.socket().getInputStream().readNBytes(count);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  /** Sends more than the peer takes; the send has ended, and its memory is the kernel's. */
  private static Rig.Last lend(Rig rig, Rig.Pair pair, ByteBuffer src) throws IOException {
    Rig.Last done = new Rig.Last();
    assertThat(pair.stream().write(src, done)).isEqualTo(Completion.PENDING);
    rig.settle();
    assertThat(pair.stream().memoryIsLent).isTrue();
    assertThat(pair.stream().taken).isPositive();
    assertThat(done.result).as("before the kernel is through").isEqualTo(Completion.PENDING);
    return done;
  }

  @Test
  void memoryMayBeUsedAgainByWhoIsTold() throws Exception {
    try (Rig rig = new Rig(IoUringPoller.Size.DEFAULT, CAPS)) {
      Rig.Pair pair = rig.connectToASmallReader();
      byte[] all = bytes(random(10 * BYTES), 10 * BYTES);
      CompletableFuture<byte[]> received = read(pair.peer(), all.length);
      ByteBuffer src = ByteBuffer.allocateDirect(BYTES);
      for (int sent = 0; sent < all.length; ) {
        src.clear().put(all, sent, Math.min(BYTES, all.length - sent)).flip();
        int taken = rig.finish(done -> pair.stream().write(src, done));
        assertThat(taken).isPositive();
        MemorySegment.ofBuffer(src.clear()).fill((byte) 13);
        sent += taken;
      }
      assertThat(received.join()).isEqualTo(all);
      assertThat(rig.poller.ring.submitted(Sqe.SEND_ZC)).isGreaterThanOrEqualTo(10);
    }
  }

  @Test
  void littleIsCopied() throws Exception {
    try (Rig rig = new Rig(IoUringPoller.Size.DEFAULT, CAPS)) {
      Rig.Pair pair = rig.connect();
      rig.write(pair.stream(), random(IoUringStreamHandle.ZERO_COPY_BYTES_MIN - 1));
      assertThat(rig.poller.ring.submitted(Sqe.SEND_ZC)).isZero();
    }
  }

  @Test
  void aWriteLastsUntilTheKernelIsThroughEvenIfItIsCanceled() throws Exception {
    try (Rig rig = new Rig(IoUringPoller.Size.DEFAULT, CAPS)) {
      Rig.Pair pair = rig.connectToASmallReader();
      ByteBuffer src = random(BYTES);
      Rig.Last done = lend(rig, pair, src);
      pair.stream().cancel(Direction.WRITE);
      rig.settle();
      assertThat(done.result).isEqualTo(Completion.PENDING);
      int taken = pair.stream().taken;
      CompletableFuture<byte[]> received = read(pair.peer(), taken);
      assertThat(rig.await(done)).as("what it sent").isEqualTo(taken);
      assertThat(received.join()).isEqualTo(bytes(src, taken));
    }
  }

  @Test
  void whatIsWrittenIntoLentMemoryIsSentSoThereWasNoCopy() throws Exception {
    try (Rig rig = new Rig(IoUringPoller.Size.DEFAULT, CAPS)) {
      Rig.Pair pair = rig.connectToASmallReader();
      ByteBuffer src = random(BYTES);
      Rig.Last done = lend(rig, pair, src);
      int taken = pair.stream().taken;
      byte[] before = bytes(src, taken);
      MemorySegment.ofBuffer(src).fill((byte) 13);
      CompletableFuture<byte[]> received = read(pair.peer(), taken);
      assertThat(rig.await(done)).isEqualTo(taken);
      assertThat(received.join()).isNotEqualTo(before).endsWith(bytes(src, 100));
    }
  }

  @Test
  void aCloseLetsTheDescriptorGoBeforeTheMemory() throws Exception {
    try (Rig rig = new Rig(IoUringPoller.Size.DEFAULT, CAPS)) {
      Rig.Pair pair = rig.connectToASmallReader();
      ByteBuffer src = random(BYTES);
      Rig.Last done = lend(rig, pair, src);
      int taken = pair.stream().taken;
      int descriptors = Kernel.descriptors();
      long cancels = rig.poller.ring.submitted(Sqe.ASYNC_CANCEL);
      Rig.Last closed = new Rig.Last();
      assertThat(pair.stream().close(closed)).isEqualTo(Completion.PENDING);
      rig.settle();
      assertThat(Kernel.descriptors()).isEqualTo(descriptors - 1);
      assertThat(closed.result).isEqualTo(Completion.PENDING);
      CompletableFuture<byte[]> received = read(pair.peer(), BYTES);
      assertThat(rig.await(done)).isEqualTo(taken);
      assertThat(rig.await(closed)).isZero();
      assertThat(received.join()).as("to the end").isEqualTo(bytes(src, taken));
      assertThat(rig.poller.ring.submitted(Sqe.ASYNC_CANCEL)).isEqualTo(cancels);
      assertThat(Kernel.descriptors()).isEqualTo(descriptors - 1);
      rig.forget(pair);
    }
  }

  @Test
  void aFullSocketAndAnErrorAreToldAfterTheirNotifications() throws Exception {
    List<Integer> results = new ArrayList<>();
    List<Integer> notified = new ArrayList<>();
    FaultySys sys = new FaultySys();
    var watched =
        new FaultyCompletions(
            sys,
            completion -> {
              int flags = completion.get(JAVA_INT, 12);
              if (kind(completion) == InFlight.SEND && (flags & Ring.CQE_F_MORE) != 0) {
                results.add(completion.get(JAVA_INT, 8));
              } else if ((flags & CQE_F_NOTIF) != 0) {
                notified.add(results.getLast());
              }
            });
    assertThat(watched).isNotNull();
    try (Rig rig = new Rig(sys, IoUringPoller.Size.DEFAULT, CAPS)) {
      Rig.Pair pair = rig.connectToASmallReader();
      int filled = fill(rig, pair.stream());
      ByteBuffer src = random(BYTES);
      Rig.Last done = new Rig.Last();
      assertThat(pair.stream().write(src, done)).isEqualTo(Completion.PENDING);
      rig.settle();
      assertThat(results).containsExactly(-Errno.EAGAIN.number());
      assertThat(notified).isEqualTo(results);
      assertThat(done.result).isEqualTo(Completion.PENDING);
      CompletableFuture<byte[]> received = read(pair.peer(), filled);
      assertThat(rig.await(done)).isEqualTo(Completion.AGAIN);
      received.join();

      pair.peer().setOption(StandardSocketOptions.SO_LINGER, 0).close();
      rig.settle();
      int result = rig.finish(then -> pair.stream().write(src, then));
      assertThat(result).isIn(-Errno.ECONNRESET.number(), -Errno.EPIPE.number());
      assertThat(results).containsExactly(-Errno.EAGAIN.number(), result);
      assertThat(notified).isEqualTo(results);
    }
  }

  /**
   * Sends with a copy until no more is taken, and still none when late acknowledgements have made
   * room; returns how much was.
   */
  private static int fill(Rig rig, IoUringStreamHandle stream) throws IOException {
    ByteBuffer src = ByteBuffer.allocateDirect(IoUringStreamHandle.ZERO_COPY_BYTES_MIN - 1);
    int filled = 0;
    for (int refused = 0; refused < 5; ) {
      Rig.Last done = new Rig.Last();
      assertThat(stream.write(src, done)).isEqualTo(Completion.PENDING);
      rig.settle();
      if (done.result == Completion.PENDING) {
        stream.cancel(Direction.WRITE);
        refused++;
        LockSupport.parkNanos(FULL_FOR_NANOS);
      } else {
        filled += done.result;
        refused = 0;
      }
    }
    return filled;
  }

  private static int kind(MemorySegment completion) {
    return (int) (completion.get(JAVA_LONG, 0) >>> 56);
  }

  @Test
  void aSocketThatCannotSendWithoutACopySendsWithOne() throws Exception {
    try (Rig rig = new Rig(IoUringPoller.Size.DEFAULT, CAPS)) {
      // as a protocol that the kernel has not taught it yet
      int[] pair = rig.sys.pair();
      var near = new IoUringStreamHandle(rig.poller, pair[0], SocketAddressCodec.AF_INET, false);
      var far = new IoUringStreamHandle(rig.poller, pair[1], SocketAddressCodec.AF_INET, false);
      ByteBuffer src = random(IoUringStreamHandle.ZERO_COPY_BYTES_MIN);
      for (int round = 0; round < 3; round++) {
        int sent = rig.finish(done -> near.write(src, done));
        ByteBuffer dst = ByteBuffer.allocateDirect(sent);
        while (dst.hasRemaining()) {
          dst.position(dst.position() + rig.finish(done -> far.read(dst, done)));
        }
        assertThat(bytes(dst, sent)).isEqualTo(bytes(src, sent));
      }
      assertThat(rig.poller.ring.submitted(Sqe.SEND_ZC)).as("tried once").isOne();
      rig.close(near);
      rig.close(far);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Errno.class,
      names = {"EOPNOTSUPP", "ENOMEM"})
  void whatTheKernelRefusesIsSentWithACopy(Errno errno) throws Exception {
    FaultySys sys = new FaultySys();
    int[] refused = {0};
    var faulty =
        new FaultyCompletions(
            sys,
            completion -> {
              boolean ofSend = kind(completion) == InFlight.SEND;
              if (ofSend && (completion.get(JAVA_INT, 12) & Ring.CQE_F_MORE) != 0) {
                refused[0] += completion.get(JAVA_INT, 8);
                completion.set(JAVA_INT, 8, -errno.number());
              }
            });
    assertThat(faulty).isNotNull();
    try (Rig rig = new Rig(sys, IoUringPoller.Size.DEFAULT, CAPS)) {
      Rig.Pair pair = rig.connect();
      ByteBuffer src = random(IoUringStreamHandle.ZERO_COPY_BYTES_MIN);
      int sent = rig.finish(done -> pair.stream().write(src, done));
      assertThat(sent).isPositive();
      assertThat(rig.poller.ring.submitted(Sqe.SEND_ZC)).isOne();
      // this kernel has sent what it was made to refuse
      byte[] received = read(pair.peer(), refused[0] + sent).join();
      assertThat(received).startsWith(bytes(src, refused[0])).endsWith(bytes(src, sent));
    }
  }
}
