package io.weft.poller.iouring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.PollerReport;
import io.weft.poller.iouring.ring.Caps;
import io.weft.poller.iouring.ring.Caps.Feature;
import io.weft.poller.iouring.ring.FaultySys;
import io.weft.poller.iouring.ring.Kernel;
import io.weft.poller.iouring.ring.sys.Sys;
import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.PollerProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

  static Set<Feature> used() {
    return Caps.DEFAULT.features();
  }

  @ParameterizedTest
  @MethodSource("used")
  void whatIsMaskedIsToldAndDoneWithout(Feature feature) throws Exception {
    IoUringPollerProvider masked = IoUringPollerProvider.masked(EnumSet.of(feature));

    assertThat(masked.report().available()).isTrue();
    assertThat(masked.report().reason()).endsWith(" without [" + feature + "]");
    try (IoUringPoller poller = (IoUringPoller) masked.open()) {
      assertThat(poller.ring.caps.features()).doesNotContain(feature).hasSizeGreaterThan(1);
      Probe.echo(poller);
    }
  }

  @Test
  void deniedNativeAccessIsAReasonWithTheFlagAsItsRemedy() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--illegal-native-access=deny", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(ProbeMain.class.getName());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();

    assertThat(process.inputReader(UTF_8).lines())
        .containsExactly(
            "false native access is denied to ALL-UNNAMED"
                + " (start java with --enable-native-access=ALL-UNNAMED, or use nio)",
            "false native access is denied to ALL-UNNAMED"
                + " (start java with --enable-native-access=ALL-UNNAMED, or use nio)");
    assertThat(process.waitFor()).isZero();
  }
}
