package io.weft.poller.iouring.ring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.weft.bench.micro.Micro;
import io.weft.poller.iouring.ring.sys.Sys;
import io.weft.poller.iouring.ring.sys.Sys.Call;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** The system call that EpollNativeBench makes through JNI, through java.lang.foreign. */
public class SysBench extends Micro {
  private static final int EFD_NONBLOCK = 04000;

  private final Sys sys = new Sys();
  private final MemorySegment frame = Arena.ofAuto().allocate(Sys.FRAME_BYTES, Long.BYTES);
  private final MemorySegment one = Arena.ofAuto().allocateFrom(JAVA_LONG, 1);
  private int eventfd;

  @Setup
  public void open() throws Exception {
    eventfd = (int) sys.need(Call.EVENTFD2, 0, EFD_NONBLOCK);
  }

  @TearDown
  public void close() {
    sys.call(Call.CLOSE, eventfd);
  }

  @Benchmark
  public long eventfdWrite() {
    return sys.make(Call.WRITE, Sys.fill(frame, eventfd, one.address(), Long.BYTES, 0));
  }
}
