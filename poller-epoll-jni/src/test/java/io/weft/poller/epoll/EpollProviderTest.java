package io.weft.poller.epoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weft.PollerReport;
import io.weft.PollerUnavailableException;
import io.weft.poller.epoll.NativeLibrary.Refusal;
import io.weft.spi.Errno;
import io.weft.spi.PollerProvider;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: the adapter tells whether it works here, and why not, and never pretends. */
class EpollProviderTest {
  @Test
  void isFoundByItsService() {
    assertThat(ServiceLoader.load(PollerProvider.class))
        .hasOnlyElementsOfType(EpollProvider.class)
        .singleElement()
        .extracting(PollerProvider::name)
        .isEqualTo("epoll");
  }

  @Test
  void isAvailableHereAndLacksNothing() {
    EpollProvider provider = new EpollProvider();

    PollerReport report = provider.report();

    assertThat(report.name()).isEqualTo("epoll");
    assertThat(report.available()).as(report.reason()).isTrue();
    assertThat(report.reason()).startsWith("epoll by JNI (epoll_");
    assertThat(report.remedy()).isEmpty();
    assertThat(provider.lacks()).isEmpty();
  }

  @Test
  void openWithoutTheLibraryFailsWithReasonAndRemedy() {
    assertThatExceptionOfType(PollerUnavailableException.class)
        .isThrownBy(() -> EpollProvider.open(new Refusal("it is not there", "use nio")))
        .withMessage("poller epoll is not available: it is not there; use nio");
  }

  /** What a kernel or a container's profile may refuse when a poller is opened. */
  private enum Refused {
    EPOLL_CREATE,
    EVENTFD,
    EPOLL_ADD
  }

  @ParameterizedTest
  @EnumSource(Refused.class)
  void aKernelThatRefusesIsReportedWithItsErrorAndNothingStaysOpen(Refused refused) {
    int emfile = -Errno.EMFILE.number();
    FaultyNative sys = new FaultyNative();
    switch (refused) {
      case EPOLL_CREATE -> sys.epollCreate = real -> emfile;
      case EVENTFD -> sys.eventfd = real -> emfile;
      case EPOLL_ADD -> sys.epollAdd = real -> emfile;
    }

    PollerReport report = EpollProvider.report(sys);

    assertThat(report.available()).isFalse();
    assertThat(report.reason()).contains("too many open files (EMFILE)");
    assertThat(report.remedy()).contains("ulimit -n");
    assertThat(sys.open).isZero();
  }

  @Test
  void anOlderKernelsTimeoutsAreRoundedUp() {
    FaultyNative sys = new FaultyNative();
    sys.epollWaitNanos = real -> -Errno.ENOSYS.number();

    assertThat(EpollProvider.report(sys).reason()).contains("epoll_wait, in whole milliseconds");
    assertThat(sys.open).isZero();
  }
}
