package io.weft.poller.iouring;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;

/** Whether tests of the ring can run on this machine. */
final class Kernel {
  static final Sys SYS = new Sys();

  private Kernel() {}

  /** Aborts the tests, with the kernel's reason, where there is no io_uring; in CI they fail. */
  static void mustHaveRings() {
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
}
