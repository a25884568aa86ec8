package io.weft.poller.iouring;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.PollerReport;
import io.weft.poller.iouring.Caps.Feature;
import io.weft.poller.iouring.Sys.Call;
import io.weft.spi.PollerProvider;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: the adapter tells whether it works here, and why not, and never pretends. */
class IoUringProviderTest {
  private static final Path PROC = Path.of("/proc");

  @BeforeAll
  static void kernelHasRings() {
    Kernel.mustHaveRings();
  }

  @Test
  void isFoundByItsService() {
    assertThat(ServiceLoader.load(PollerProvider.class))
        .filteredOn(PollerProvider::name, "io_uring")
        .singleElement()
        .isInstanceOf(IoUringPollerProvider.class);
  }

  @Test
  void isAvailableHereWithAllThatItUses() throws Exception {
    IoUringPollerProvider provider = new IoUringPollerProvider();

    PollerReport report = provider.report();

    assertThat(report.available()).as(report.reason()).isTrue();
    assertThat(report.reason()).isEqualTo("io_uring of Linux " + Kernel.release());
    assertThat(report.remedy()).isEmpty();
    assertThat(provider.lacks()).isEmpty();
  }

  @Test
  void aGoodKernelIsTriedOnceAndNothingStaysOpen() throws Exception {
    FaultySys sys = new FaultySys();
    int before = Kernel.descriptors();

    assertThat(Probe.run(() -> sys, PROC).report().available()).isTrue();

    assertThat(Kernel.descriptors()).isEqualTo(before);
    assertThat(sys.calls(Call.MUNMAP)).isEqualTo(sys.calls(Call.MMAP));
    assertThat(Probe.here()).isSameAs(Probe.here());
  }

  @Test
  void aVirtualThreadMayAskToo() throws Exception {
    Callable<PollerReport> ask = () -> Probe.run(Sys::new, PROC).report();
    FutureTask<PollerReport> asked = new FutureTask<>(ask);

    Thread.ofVirtual().start(asked);

    assertThat(asked.get().available()).as(asked.get().reason()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsMaskedIsToldAndDoneWithout(Feature feature) throws Exception {
    IoUringPollerProvider masked = IoUringPollerProvider.masked(EnumSet.of(feature));

    assertThat(masked.report().available()).isTrue();
    assertThat(masked.report().reason()).endsWith(" without [" + feature + "]");
    try (IoUringPoller poller = (IoUringPoller) masked.open()) {
      assertThat(poller.ring.caps.features()).doesNotContain(feature).hasSizeGreaterThan(1);
      Probe.echo(poller);
    }
  }
}
