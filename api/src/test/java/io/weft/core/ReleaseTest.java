package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: a closer waits for the release, not for ever, and no interrupt shortens that. */
@Timeout(60)
@ExtendWith(QuietLog.class)
class ReleaseTest {
  private static final long LONG_NANOS = 86_400_000_000_000L;

  private final Release release = new Release();

  private Call<Void> await(long boundNanos) {
    return new Call<>(
        Thread.ofVirtual(),
        () -> {
          release.await("a handle", boundNanos);
          return null;
        });
  }

  @Test
  void whatIsReleasedIsNotWaitedFor() throws Exception {
    release.complete(0);
    await(LONG_NANOS).result();
    await(-1).result();
  }

  @Test
  void theWaitEndsWithTheRelease() throws Exception {
    Call<Void> await = await(LONG_NANOS);
    Waiting.untilParked(await.thread());
    release.complete(0);
    await.result();
  }

  @Test
  void theWaitEndsWithItsBound() throws Exception {
    await(TimeUnit.MILLISECONDS.toNanos(3)).result();
    await(0).result();
    await(-1).result();
  }

  @ParameterizedTest
  @ValueSource(longs = {LONG_NANOS, Release.UNBOUNDED})
  void anInterruptIsKeptForLater(long boundNanos) throws Exception {
    Call<Void> await = await(boundNanos);
    Waiting.untilParked(await.thread());
    await.thread().interrupt();
    assertThat(await.isDone()).isFalse();
    release.complete(0);
    await.result();
    assertThat(await.endedInterrupted()).isTrue();
  }
}
