package io.weft.poller.epoll;

import io.weft.bench.micro.Micro;
import io.weft.poller.epoll.NativeLibrary.Refusal;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.CompilerControl;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** Calls through JNI, alone and with a small system call, beside a call that is not inlined. */
public class EpollNativeBench extends Micro {
  private final EpollNative sys = new EpollNative();
  private int eventfd;

  @Setup
  public void open() {
    Refusal refusal = NativeLibrary.load();
    if (refusal != null) {
      throw new IllegalStateException(refusal.reason() + "; " + refusal.remedy());
    }
    eventfd = sys.eventfd();
  }

  @TearDown
  public void close() {
    sys.close(eventfd);
  }

  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public int javaCall() {
    return eventfd;
  }

  @Benchmark
  public int call() {
    return sys.eventBytes();
  }

  @Benchmark
  public int eventfdWrite() {
    return sys.eventfdWrite(eventfd);
  }
}
