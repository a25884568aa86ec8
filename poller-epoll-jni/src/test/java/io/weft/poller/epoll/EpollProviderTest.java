package io.weft.poller.epoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weft.PollerReport;
import io.weft.PollerUnavailableException;
import io.weft.spi.PollerProvider;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** Goal: an adapter that is not there says so, and never pretends to work. */
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
  void reportsItselfUnavailableWithReasonAndRemedy() {
    PollerReport report = new EpollProvider().report();

    assertThat(report.name()).isEqualTo("epoll");
    assertThat(report.available()).isFalse();
    assertThat(report.reason()).isEqualTo("this version does not contain the epoll adapter");
    assertThat(report.remedy()).isEqualTo("use nio");
  }

  @Test
  void openFailsWithTheSameReasonAndRemedy() {
    assertThatExceptionOfType(PollerUnavailableException.class)
        .isThrownBy(() -> new EpollProvider().open())
        .withMessage(
            "poller epoll is not available: this version does not contain the epoll adapter;"
                + " use nio");
  }
}
