package io.weft.poller.iouring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weft.Network;
import io.weft.poller.iouring.ring.Caps;
import io.weft.poller.iouring.ring.FaultyCompletions;
import io.weft.poller.iouring.ring.FaultySys;
import io.weft.poller.iouring.ring.Kernel;
import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.Completion;
import io.weft.spi.ErrnoException;
import io.weft.spi.ListenHandle;
import io.weft.spi.StreamHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: what io_uring_enter(2) may answer beside a value neither loses nor frees anything. */
class RingFaultTest {
  private static final int EBADR = 53;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final int EBUSY = 16;
  private static final int ETIME = 62;

  private final FaultySys sys = new FaultySys();

  @BeforeAll
  static void kernelHasRings() {
    Kernel.mustHaveRings();
  }

  private IoUringPoller open() throws Exception {
    return new IoUringPoller(sys, Caps.DEFAULT, new IoUringPoller.Size(64, 1024, 4, 512));
  }

  @ParameterizedTest
  @ValueSource(ints = {EINTR, EAGAIN, EBUSY, ETIME})
  void whatIsNoFaultOnlyTakesAnotherTry(int errno) throws Exception {
    AtomicInteger calls = new AtomicInteger();
    sys.with(
        Call.IO_URING_ENTER,
        (real, args) -> calls.incrementAndGet() % 3 != 0 ? -errno : real.getAsLong());
    try (IoUringPoller poller = open()) {
      Probe.echo(poller);
    }
    assertThat(calls).hasValueGreaterThan(6);
    assertThat(sys.calls(Call.MUNMAP)).isEqualTo(sys.calls(Call.MMAP));
  }

  @ParameterizedTest(name = "told by the counter: {0}")
  @ValueSource(booleans = {false, true})
  void completionsThatTheKernelDroppedEndTheLoopAndFreeNoMemory(boolean counted) throws Exception {
    FaultyCompletions completions = new FaultyCompletions(sys, completion -> {});
    int before = Kernel.descriptors();
    List<Integer> told = new ArrayList<>();
    IoUringPoller poller = open();
    ListenHandle listener = poller.listener(Network.TCP);
    listener.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    StreamHandle stream = poller.stream(Network.TCP);
    stream.connect(listener.localAddress(), told::add);
    while (told.isEmpty()) {
      poller.poll(-1);
    }
    assertThat(stream.read(ByteBuffer.allocateDirect(8), told::add)).isEqualTo(Completion.PENDING);
    poller.poll(0);
    sys.with(Call.IO_URING_ENTER, (real, args) -> counted ? 0 : -EBADR);
    if (counted) {
      completions.drop();
    }

    assertThatExceptionOfType(ErrnoException.class)
        .isThrownBy(() -> poller.poll(-1))
        .satisfies(e -> assertThat(e.errno()).isEqualTo(EBADR));
    try (Said said = new Said()) {
      poller.close();
      assertThat(said.lines())
          .as("of the read and of the wake-up's")
          .containsExactly("SEVERE: 2 operations did not end; their memory is lost");
    }

    assertThat(told).as("who waited hears of the end").containsExactly(0, Completion.CANCELED);
    assertThat(sys.calls(Call.MUNMAP)).as("what may be the kernel's is not freed").isZero();
    assertThat(stream.close(told::add)).isZero();
    assertThat(listener.close(told::add)).isZero();
    assertThat(Kernel.descriptors()).isEqualTo(before);
  }
}
