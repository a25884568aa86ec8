package io.weft.poller.iouring;

import io.weft.PollerReport;
import io.weft.spi.Capability;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import io.weft.spi.Poller;
import io.weft.spi.PollerProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/** The front door of the adapter on io_uring. */
public final class IoUringPollerProvider implements PollerProvider {
  private static final String NAME = "io_uring";
  private static final String USE_NIO = "use nio";
  private static final Path SYSCTL = Path.of("/proc/sys/kernel/io_uring_disabled");

  private final RingSize size;

  /** Creates a provider of rings of the usual size. */
  public IoUringPollerProvider() {
    this(RingSize.DEFAULT);
  }

  IoUringPollerProvider(RingSize size) {
    this.size = size;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public PollerReport report() {
    if (!linux()) {
      return unavailable("io_uring needs Linux on x86-64 or aarch64", USE_NIO);
    }
    try {
      open().close();
      return unavailable(
          "this version carries io_uring only as a proof of the port; the adapter is not complete",
          USE_NIO);
    } catch (ErrnoException e) {
      return refused(e.errno());
    } catch (IOException | LinkageError | IllegalCallerException e) {
      return unavailable("native access is not possible: " + e, USE_NIO);
    }
  }

  private static boolean linux() {
    String arch = System.getProperty("os.arch");
    return "Linux".equals(System.getProperty("os.name"))
        && ("amd64".equals(arch) || "aarch64".equals(arch));
  }

  private static PollerReport refused(int errno) {
    String call = "io_uring_setup: " + Errno.describe(errno);
    String sysctl = sysctl();
    if (errno == Errno.EPERM.number() && !sysctl.isEmpty() && !sysctl.equals("0")) {
      return unavailable(
          "io_uring is switched off on this host (kernel.io_uring_disabled=" + sysctl + ")",
          "ask for the sysctl kernel.io_uring_disabled=0, or " + USE_NIO);
    }
    if (errno == Errno.EPERM.number() || errno == Errno.EACCES.number()) {
      return unavailable(
          "a seccomp profile or security module refuses " + call,
          "allow io_uring_setup, io_uring_enter and io_uring_register, or " + USE_NIO);
    }
    if (errno == Errno.ENOMEM.number()) {
      return unavailable("too little locked memory: " + call, "raise ulimit -l, or " + USE_NIO);
    }
    if (errno == Errno.ENOSYS.number() || errno == Errno.EINVAL.number()) {
      return unavailable("the kernel lacks io_uring as of Linux 6.1: " + call, USE_NIO);
    }
    return unavailable(call, USE_NIO);
  }

  private static String sysctl() {
    try {
      return Files.readString(SYSCTL).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static PollerReport unavailable(String reason, String remedy) {
    return new PollerReport(NAME, false, reason, remedy);
  }

  @Override
  public Set<Capability> lacks() {
    return EnumSet.of(Capability.FAULT_INJECTION);
  }

  @Override
  public Poller open() throws IOException {
    return new IoUringPoller(size);
  }
}
