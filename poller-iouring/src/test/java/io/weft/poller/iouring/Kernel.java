package io.weft.poller.iouring;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.weft.spi.ErrnoException;

/** Whether tests of the ring can run on this machine. */
final class Kernel {
  private Kernel() {}

  /** Aborts the tests, with the kernel's reason, where there is no io_uring; in CI they fail. */
  static void mustHaveRings() {
    try {
      Ring.open(8, 16).close(true);
    } catch (ErrnoException e) {
      String reason = "no io_uring here: " + e.getMessage();
      if ("true".equals(System.getenv("CI"))) {
        fail(reason);
      }
      abort(reason);
    }
  }
}
