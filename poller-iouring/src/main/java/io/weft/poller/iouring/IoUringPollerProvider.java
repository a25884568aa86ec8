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
import java.util.Set;

/** The front door of the adapter on io_uring. */
public final class IoUringPollerProvider implements PollerProvider {
  private static final String NAME = "io_uring";
  private static final String USE_NIO = "use nio";

  /** Has no effect. */
  public IoUringPollerProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public PollerReport report() {
    String arch = System.getProperty("os.arch");
    if (!"Linux".equals(System.getProperty("os.name")) || !arch.matches("amd64|aarch64")) {
      return unavailable("io_uring needs Linux on x86-64 or aarch64", USE_NIO);
    }
    try {
      open().close();
      return unavailable(
          "this version carries io_uring only as a proof of the port; the adapter is not complete",
          USE_NIO);
    } catch (ErrnoException e) {
      return refused(e.errno(), disabled());
    } catch (IOException | LinkageError | IllegalCallerException e) {
      return unavailable("native access is not possible: " + e, USE_NIO);
    }
  }

  static PollerReport refused(int errno, String disabled) {
    String call = "io_uring_setup: " + Errno.describe(errno);
    if (errno == Errno.EPERM.number() || errno == Errno.EACCES.number()) {
      return disabled.equals("1") || disabled.equals("2")
          ? unavailable(
              "io_uring is switched off here: kernel.io_uring_disabled=" + disabled,
              "ask for sysctl kernel.io_uring_disabled=0, or " + USE_NIO)
          : unavailable(
              "refused by a seccomp profile or a security module (" + call + ")",
              "allow io_uring_setup, io_uring_enter and io_uring_register, or " + USE_NIO);
    }
    if (errno == Errno.ENOMEM.number()) {
      return unavailable("too little locked memory (" + call + ")", "raise ulimit -l");
    }
    boolean old = errno == Errno.ENOSYS.number() || errno == Errno.EINVAL.number();
    return unavailable(
        old ? "the kernel lacks io_uring of Linux 6.1 (" + call + ")" : call, USE_NIO);
  }

  private static String disabled() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/io_uring_disabled")).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static PollerReport unavailable(String reason, String remedy) {
    return new PollerReport(NAME, false, reason, remedy);
  }

  @Override
  public Set<Capability> lacks() {
    return Set.of(Capability.PIPES);
  }

  @Override
  public Poller open() throws IOException {
    return new IoUringPoller(IoUringPoller.Size.DEFAULT);
  }
}
