package io.weft.poller.iouring;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.poller.iouring.ring.Kernel;
import io.weft.tck.trace.Strace;
import io.weft.tck.trace.Trace;
import io.weft.tck.trace.Trace.Call;
import io.weft.tck.trace.TracedEcho;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: an echoed message costs a share of one system call, as a tracer sees it on the loop's
 * thread, and no wait for readiness, as the ring has counted.
 */
class TracedEchoTest {
  // enough before, so that the JVM has compiled what it will
  static final TracedEcho ECHO = new TracedEcho(64, 40_000, 10_000);
  // wake-ups, and what the JVM does with its own threads
  private static final int OTHER_CALLS_MAX = 10;

  @BeforeAll
  static void kernelHasRings() {
    Kernel.mustHaveRings();
  }

  @Test
  void aMessageIsAtMostAQuarterOfASystemCall(@TempDir Path directory) throws Exception {
    Strace strace = new Strace(directory);
    strace.require();
    Process process = strace.start(List.of("-e", "trace=all"), EchoMain.class);
    Map<String, Long> counts =
        ECHO.converse(process, strace).stream()
            .map(line -> line.split(" ", 2))
            .collect(Collectors.toMap(words -> words[0], words -> Long.valueOf(words[1])));
    List<Call> calls = Trace.step(TracedEcho.STEP, strace.trace().of("weft-io_uring-0"));

    System.out.printf("echo: %d calls in %d messages, %s%n", calls.size(), ECHO.messages(), counts);
    assertThat(calls)
        .filteredOn(call -> !call.is("io_uring_enter"))
        .allMatch(call -> call.is("futex") || call.arguments().endsWith(", 8"))
        .hasSizeLessThanOrEqualTo(OTHER_CALLS_MAX);
    assertThat(calls).hasSizeBetween(1, ECHO.messages() / 4);
    long all = ECHO.before() + (long) ECHO.messages();
    assertThat(counts).containsEntry("sends", all).containsEntry("polls", 0L);
    // the first and the last of a connection besides
    assertThat(counts.get("receives")).isBetween(all, all + 2L * ECHO.connections());
    assertThat(counts.get("enters")).isBetween(1L, all / 4);
  }
}
