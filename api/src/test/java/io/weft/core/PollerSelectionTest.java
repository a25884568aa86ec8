package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weft.NetConfig;
import io.weft.PollerUnavailableException;
import io.weft.spi.PollerProvider;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: auto takes the best poller and says why; a named one is taken or refused, with reasons. */
@Timeout(60)
class PollerSelectionTest {
  private static final PollerProvider NIO = FakePollerProvider.available("nio");
  private static final PollerProvider EPOLL = FakePollerProvider.available("epoll");
  private static final PollerProvider IO_URING = FakePollerProvider.available("io_uring");
  private static final PollerProvider OWN = FakePollerProvider.available("own");
  private static final PollerProvider NO_RING =
      FakePollerProvider.unavailable("io_uring", "io_uring_setup: EPERM", "sysctl it");

  private static NetConfig.PollerChoice choice(String name, String... denied) {
    return new NetConfig.PollerChoice(name, Set.of(denied));
  }

  @Test
  void autoPrefersTheRingOnTheLoopAndEpollElse() {
    List<PollerProvider> all = List.of(OWN, NIO, EPOLL, IO_URING);
    assertThat(PollerSelection.inOrder(all, true)).containsExactly(IO_URING, EPOLL, NIO, OWN);
    assertThat(PollerSelection.inOrder(all, false)).containsExactly(EPOLL, IO_URING, NIO, OWN);
  }

  @Test
  void autoTakesTheBestThatWorks() throws Exception {
    PollerSelection selection =
        PollerSelection.choose(choice("auto"), List.of(NIO, EPOLL, IO_URING), true, Map.of());
    assertThat(selection.provider()).isSameAs(IO_URING);
    assertThat(selection.report()).isEqualTo(IO_URING.report());
  }

  @Test
  void autoPassesOverWhatDoesNotWorkAndSaysWhy() throws Exception {
    PollerSelection selection =
        PollerSelection.choose(choice("auto"), List.of(NIO, EPOLL, NO_RING), true, Map.of());
    assertThat(selection.provider()).isSameAs(EPOLL);
    assertThat(selection.report().reason())
        .isEqualTo("epoll works; passed over: io_uring: io_uring_setup: EPERM (sysctl it)");
  }

  @Test
  void autoPassesOverWhatIsDenied() throws Exception {
    PollerSelection selection =
        PollerSelection.choose(
            choice("auto", "io_uring", "epoll"), List.of(NIO, EPOLL, NIO), true, Map.of());
    assertThat(selection.provider()).isSameAs(NIO);
    assertThat(selection.report().reason()).contains("epoll: denied by configuration");
  }

  @Test
  void aNamedPollerIsTakenAlsoWhenAutoWouldTakeAnother() throws Exception {
    PollerSelection selection =
        PollerSelection.choose(choice("nio"), List.of(NIO, EPOLL, IO_URING), true, Map.of());
    assertThat(selection.provider()).isSameAs(NIO);
    assertThat(selection.report().reason()).isEqualTo("nio works");
  }

  @Test
  void aNamedPollerIsNeverReplaced() {
    assertThatExceptionOfType(PollerUnavailableException.class)
        .isThrownBy(
            () ->
                PollerSelection.choose(choice("io_uring"), List.of(NIO, NO_RING), false, Map.of()))
        .withMessage("poller not available: io_uring: io_uring_setup: EPERM (sysctl it)");
  }

  @Test
  void aNamedPollerThatIsDeniedIsRefused() {
    assertThatExceptionOfType(PollerUnavailableException.class)
        .isThrownBy(
            () ->
                PollerSelection.choose(choice("nio", "nio"), List.of(NIO, EPOLL), false, Map.of()))
        .withMessage("poller not available: nio: denied by configuration");
  }

  @Test
  void anUnknownPollerIsAnsweredWithTheKnownOnes() {
    assertThatExceptionOfType(PollerUnavailableException.class)
        .isThrownBy(
            () -> PollerSelection.choose(choice("kqueue"), List.of(NIO, EPOLL), false, Map.of()))
        .withMessage("unknown poller kqueue (known here: auto, epoll, nio)");
  }

  @Test
  void autoWithoutAnyThatWorksSaysWhyNone() {
    assertThatExceptionOfType(PollerUnavailableException.class)
        .isThrownBy(
            () ->
                PollerSelection.choose(
                    choice("auto", "nio"), List.of(NIO, NO_RING), false, Map.of()))
        .withMessage(
            "no poller is available: io_uring: io_uring_setup: EPERM (sysctl it);"
                + " nio: denied by configuration");
  }

  @Test
  void noProviderAtAllIsARemark() {
    assertThatExceptionOfType(PollerUnavailableException.class)
        .isThrownBy(() -> PollerSelection.choose(choice("auto"), List.of(), false, Map.of()))
        .withMessageContaining("add weft-poller-nio");
  }
}
