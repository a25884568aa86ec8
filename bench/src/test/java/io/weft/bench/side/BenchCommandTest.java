package io.weft.bench.side;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Goal: the command line explains itself, and refuses what it does not know. */
class BenchCommandTest {
  @Test
  void helpTellsEveryOption() {
    CommandRun run = CommandRun.of("--help");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("--list", "--quick", "--candidates", "--modes", "--connections", "--rounds")
        .contains("--seconds", "--warm", "--rate", "--baseline", "--out", "Exit codes")
        .doesNotContain("--root");
  }

  @Test
  void theListHasEveryCandidateAndMode() {
    // what is not Java is compiled to know whether it is there: not here
    CommandRun run = CommandRun.of("--root .. --list --candidates weft-*,jdk*,netty-*");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("  weft-io_uring-jdk", "  netty-epoll", "  jdk");
    Mode.ALL.forEach(mode -> assertThat(run.out()).contains(mode.name()));
  }

  @Test
  void anUnknownNameIsRefusedWithThoseThatAreThere() {
    CommandRun run = CommandRun.of("--candidates jdk,netty-kqueue");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--candidates: nothing is called netty-kqueue: there are [weft");
    assertThat(CommandRun.of("--candidates jdk --modes ping").err())
        .contains("--modes: nothing is called ping: there are [pingpong-64B, ");
  }

  @Test
  void aBaselineThatDoesNotRunIsRefused() {
    CommandRun run = CommandRun.of("--candidates jdk --baseline go");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--baseline: go is not among [jdk]");
  }

  @Test
  void cpusAreReadAsTheKernelWritesThem() throws IOException {
    assertThat(Cpus.parse("0-2,8,10-11")).containsExactly(0, 1, 2, 8, 10, 11);
    assertThat(Cpus.allowed()).isNotEmpty();
    assertThat(Cpus.descriptorsMax()).isPositive();
  }

  @Test
  void theUsageOfAProcessGrows() throws IOException {
    long pid = ProcessHandle.current().pid();
    Usage before = Usage.of(pid);
    long end = System.nanoTime() + 50_000_000;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    Usage after = Usage.of(pid);
    assertThat(after.userMicros()).isGreaterThan(before.userMicros());
    assertThat(after.switches()).isPositive();
    assertThat(after.residentBytes()).isGreaterThan(1024 * 1024);
  }
}
