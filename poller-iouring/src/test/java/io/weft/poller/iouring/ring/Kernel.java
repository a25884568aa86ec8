package io.weft.poller.iouring.ring;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.weft.poller.iouring.ring.sys.Sys;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Whether tests of the ring can run on this machine. */
public final class Kernel {
  public static final Sys SYS = new Sys();

  private Kernel() {}

  /** Aborts the tests, with the kernel's reason, where there is no io_uring; in CI they fail. */
  public static void mustHaveRings() {
    try {
      Ring.open(SYS, Caps.ALL, 8, 16).close(true);
    } catch (IOException e) {
      String reason = "no io_uring here: " + e.getMessage();
      if ("true".equals(System.getenv("CI"))) {
        fail(reason);
      }
      abort(reason);
    }
  }

  /** Aborts the tests on kernels that were found to lack something. */
  public static void mustHave(Caps.Feature feature) throws IOException {
    mustHaveRings();
    if (!Preflight.run(SYS).has(feature)) {
      abort("Linux " + release() + " lacks " + feature);
    }
  }

  public static String release() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
  }

  /** How many sockets, pipes, rings and event counters this process has open. */
  public static int descriptors() throws IOException {
    int count = 0;
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path fd : open) {
        try {
          String what = Files.readSymbolicLink(fd).toString();
          count += what.matches("(socket|pipe):.*|anon_inode:\\[(io_uring|eventfd)\\]") ? 1 : 0;
        } catch (NoSuchFileException e) {
          // that of the directory itself, or of another thread
        }
      }
    }
    return count;
  }
}
