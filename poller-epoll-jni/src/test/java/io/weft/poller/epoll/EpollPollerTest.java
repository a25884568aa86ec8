package io.weft.poller.epoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: a poll waits as long as it should, and a wake-up costs a call only when it has to. */
class EpollPollerTest {
  private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final FaultyNative sys = new FaultyNative();

  @Test
  void aPollWaitsAtLeastItsTimeout() throws Exception {
    try (EpollPoller poller = new EpollPoller(sys)) {
      long start = System.nanoTime();
      poller.poll(WAIT_NANOS);
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(WAIT_NANOS);
    }
  }

  @Test
  void wakingALoopThatRunsMakesNoCallAndTheNextPollReturns() throws Exception {
    try (EpollPoller poller = new EpollPoller(sys)) {
      poller.wakeup();
      poller.wakeup();
      assertThat(sys.wakeups).isZero();
      poller.poll(-1);

      // and only that one
      long start = System.nanoTime();
      poller.poll(WAIT_NANOS);
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(WAIT_NANOS);
    }
  }

  @Test
  void wakingALoopThatSleepsMakesOneCall() throws Exception {
    try (EpollPoller poller = new EpollPoller(sys)) {
      sys.epollWaitNanos =
          real -> {
            // as another thread would, while the loop sleeps
            poller.wakeup();
            poller.wakeup();
            return real.getAsInt();
          };
      poller.poll(-1);
      assertThat(sys.wakeups).isOne();
      sys.epollWaitNanos = real -> real.getAsInt();

      long start = System.nanoTime();
      poller.poll(WAIT_NANOS);
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(WAIT_NANOS);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "1000000, 1",
    "1000001, 2",
    "-1, -1",
    "-9223372036854775808, -1",
    "9223372036854775807, 2147483647"
  })
  void withoutNanosecondsATimeoutIsRoundedUp(long nanos, int millis) throws Exception {
    sys.epollWaitNanos = real -> -Errno.ENOSYS.number();
    sys.epollWaitMillis = real -> 0;
    try (EpollPoller poller = new EpollPoller(sys)) {
      poller.poll(nanos);
      assertThat(sys.lastTimeoutMillis).isEqualTo(millis);
    }
  }

  @Test
  void withoutNanosecondsEventsArriveToo() throws Exception {
    sys.epollWaitNanos = real -> -Errno.EPERM.number();
    try (EpollPoller poller = new EpollPoller(sys)) {
      assertThat(poller.isPrecise()).isFalse();
      sys.epollWaitMillis =
          real -> {
            poller.wakeup();
            int count = real.getAsInt();
            assertThat(count).isOne();
            return count;
          };
      poller.poll(-1);
      assertThat(sys.wakeups).isOne();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anInterruptedWaitIsAPollWithoutEvents(boolean precise) throws Exception {
    sys.epollWaitNanos = real -> -(precise ? Errno.EINTR : Errno.ENOSYS).number();
    sys.epollWaitMillis = real -> -Errno.EINTR.number();
    try (EpollPoller poller = new EpollPoller(sys)) {
      assertThat(poller.isPrecise()).isEqualTo(precise);
      assertThat(poller.poll(-1)).isZero();
    }
  }

  @Test
  void aWaitThatTheKernelRefusesBreaksThePoll() throws Exception {
    try (EpollPoller poller = new EpollPoller(sys)) {
      sys.epollWaitNanos = real -> -Errno.EBADF.number();
      assertThatExceptionOfType(ErrnoException.class)
          .isThrownBy(() -> poller.poll(-1))
          .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EBADF.number()));
    }
  }

  @Test
  void closeWaitsForAWakeUpThatIsBeingWritten() throws Exception {
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    EpollPoller poller = new EpollPoller(sys);
    sys.eventfdWrite =
        real -> {
          writing.countDown();
          await(goOn);
          return real.getAsInt();
        };
    Thread[] waker = new Thread[1];
    sys.epollWaitNanos =
        real -> {
          waker[0] = Thread.ofPlatform().start(poller::wakeup);
          await(writing);
          return 0;
        };
    poller.poll(-1);
    Thread closer = Thread.ofPlatform().start(poller::close);

    // it spins, as the other is inside one system call
    assertThat(closer.join(Duration.ofMillis(50))).isFalse();
    assertThat(sys.open).as("descriptors").isEqualTo(2);
    goOn.countDown();
    closer.join();
    waker[0].join();
    assertThat(sys.open).isZero();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
