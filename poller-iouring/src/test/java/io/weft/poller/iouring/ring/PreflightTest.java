package io.weft.poller.iouring.ring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weft.poller.iouring.ring.Caps.Feature;
import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.Errno;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Goal: what a kernel does not have or does wrong is found by trying it, and done without. */
class PreflightTest {
  private static final long OFF_SQES = 0x10000000L;
  private static final int SQES = 8;

  private final FaultySys sys = new FaultySys();
  private int descriptors;
  private long sqes;

  @BeforeAll
  static void kernelHasRings() {
    Kernel.mustHaveRings();
  }

  @BeforeEach
  void lookAtTheSubmissions() throws Exception {
    descriptors = Kernel.descriptors();
    sys.with(
        Call.MMAP,
        (real, args) -> {
          long address = real.getAsLong();
          sqes = args[5] == OFF_SQES ? address : sqes;
          return address;
        });
  }

  @AfterEach
  void nothingStaysOpen() throws Exception {
    assertThat(Kernel.descriptors()).isEqualTo(descriptors);
  }

  private Caps found() throws Exception {
    Caps caps = Preflight.run(sys);
    assertThat(sys.calls(Call.MUNMAP)).isEqualTo(sys.calls(Call.MMAP));
    return caps;
  }

  /** Changes the submissions with that opcode before the kernel sees them. */
  private void change(int opcode, Consumer<MemorySegment> change) {
    sys.with(
        Call.IO_URING_ENTER,
        (real, args) -> {
          for (int i = 0; i < SQES; i++) {
            MemorySegment sqe = FaultySys.at(sqes + (long) i * Sqe.BYTES, Sqe.BYTES);
            if (sqe.get(JAVA_BYTE, 0) == opcode) {
              change.accept(sqe);
            }
          }
          return real.getAsLong();
        });
  }

  @Test
  void thisKernelHasAll() throws Exception {
    assertThat(found()).isEqualTo(Caps.ALL);
  }

  @Test
  void flagsThatTheKernelDoesNotKnowAreDroppedYoungestFirst() throws Exception {
    sys.with(
        Call.IO_URING_SETUP,
        (real, args) ->
            (FaultySys.at(args[1], 120).get(JAVA_INT, 8) & (1 << 9 | 1 << 16)) != 0
                ? -Errno.EINVAL.number()
                : real.getAsLong());
    Caps expected = Caps.ALL.without(List.of(Feature.NO_SQARRAY, Feature.TASKRUN_FLAG));
    assertThat(found()).isEqualTo(expected);
    assertThat(sys.calls(Call.IO_URING_SETUP)).isEqualTo(3);
  }

  @Test
  void aFeatureBitThatIsNotSetIsNotUsed() throws Exception {
    sys.with(
        Call.IO_URING_SETUP,
        (real, args) -> {
          long fd = real.getAsLong();
          MemorySegment params = FaultySys.at(args[1], 120);
          params.set(JAVA_INT, 20, params.get(JAVA_INT, 20) & ~(1 << 17));
          return fd;
        });
    assertThat(found()).isEqualTo(Caps.ALL.without(List.of(Feature.NO_IOWAIT)));
  }

  @Test
  void aReceiveThatEndsEachTimeIsDoneWithout() throws Exception {
    change(Sqe.RECV, sqe -> sqe.set(JAVA_SHORT, 2, (short) 0));
    assertThat(found()).isEqualTo(Caps.ALL.without(List.of(Feature.RECV_MULTISHOT)));
  }

  @Test
  void aKernelThatKnowsNoPartsOfBuffersDoesWithoutThem() throws Exception {
    sys.with(
        Call.IO_URING_REGISTER,
        (real, args) -> {
          boolean inParts =
              args[1] == Ring.REGISTER_PBUF_RING
                  && FaultySys.at(args[2], 16).get(JAVA_SHORT, 14) != 0;
          return inParts ? -Errno.EINVAL.number() : real.getAsLong();
        });
    assertThat(found()).isEqualTo(Caps.ALL.without(List.of(Feature.BUFFER_PARTS)));
  }

  @Test
  void aKernelThatIgnoresPartsOfBuffersIsFoundOut() throws Exception {
    sys.with(
        Call.IO_URING_REGISTER,
        (real, args) -> {
          if (args[1] == Ring.REGISTER_PBUF_RING) {
            FaultySys.at(args[2], 16).set(JAVA_SHORT, 14, (short) 0);
          }
          return real.getAsLong();
        });
    assertThat(found()).isEqualTo(Caps.ALL.without(List.of(Feature.BUFFER_PARTS)));
  }

  @Test
  void anAcceptThatEndsEachTimeIsDoneWithout() throws Exception {
    change(Sqe.ACCEPT, sqe -> sqe.set(JAVA_SHORT, 2, (short) 0));
    assertThat(found()).isEqualTo(Caps.ALL.without(List.of(Feature.ACCEPT_MULTISHOT)));
  }

  @Test
  void anAcceptThatTheKernelDoesNotKnowIsDoneWithout() throws Exception {
    change(Sqe.ACCEPT, sqe -> sqe.set(JAVA_SHORT, 2, (short) (1 << 14)));
    assertThat(found()).isEqualTo(Caps.ALL.without(List.of(Feature.ACCEPT_MULTISHOT)));
  }

  @Test
  void anAcceptThatGivesWrongNumbersIsDoneWithout() throws Exception {
    sys.with(
        Call.RECVFROM,
        (real, args) -> {
          Kernel.SYS.call(Call.CLOSE, args[0]);
          return -Errno.ENOTSOCK.number();
        });
    assertThat(found()).isEqualTo(Caps.ALL.without(List.of(Feature.ACCEPT_MULTISHOT)));
  }

  @Test
  void aSandboxWithoutUnixNamesDoesWithoutTheAcceptThatStays() throws Exception {
    sys.with(Call.BIND, (real, args) -> -Errno.EACCES.number());
    assertThat(found()).isEqualTo(Caps.ALL.without(List.of(Feature.ACCEPT_MULTISHOT)));
  }

  @Test
  void aCancelThatKnowsNoDescriptorsIsARefusal() {
    change(Sqe.ASYNC_CANCEL, sqe -> sqe.set(JAVA_INT, 28, 1 << 14));
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> Preflight.run(sys))
        .withMessage("the kernel lacks IORING_ASYNC_CANCEL_FD (Linux 5.19)");
  }

  @Test
  void aKernelThatRefusesZeroesWhereAllAreReservedIsAskedOnceMore() throws Exception {
    sys.with(
        Call.IO_URING_REGISTER,
        (real, args) -> {
          if (args[1] != Ring.REGISTER_PBUF_RING) {
            return real.getAsLong();
          }
          MemorySegment reserved = FaultySys.at(args[2] + 16, Long.BYTES);
          boolean zero = reserved.get(JAVA_LONG, 0) == 0;
          reserved.fill((byte) 0);
          return zero ? -Errno.EINVAL.number() : real.getAsLong();
        });
    assertThat(found()).isEqualTo(Caps.ALL);
  }
}
