package io.weft.poller.iouring;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.PollerReport;
import org.junit.jupiter.api.Test;

class IoUringProviderTest {
  @Test
  void isAvailableHereWithAllThatItUsesAndLacksNothing() {
    IoUringPollerProvider provider = new IoUringPollerProvider();
    long start = System.nanoTime();
    PollerReport report = provider.report();
    System.out.println((System.nanoTime() - start) / 1000 + " us " + report);
    for (int i = 0; i < 20; i++) {
      start = System.nanoTime();
      Probe.run(Sys::new, java.nio.file.Path.of("/proc"));
      System.out.println((System.nanoTime() - start) / 1000 + " us ");
    }
    assertThat(report.available()).as(report.reason()).isTrue();
  }
}
