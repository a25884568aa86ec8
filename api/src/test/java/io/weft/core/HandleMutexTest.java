package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: the rules of the lock word, one after the other. */
@Timeout(60)
class HandleMutexTest {
  private static final boolean READ = true;
  private static final boolean WRITE = false;

  private final HandleMutex mutex = new HandleMutex();

  @Test
  void oneReaderAndOneWriterAreInsideAtTheSameTime() {
    assertThat(mutex.lock(READ)).isEqualTo(HandleMutex.LOCKED);
    assertThat(mutex.lock(WRITE)).isEqualTo(HandleMutex.LOCKED);
    assertThat(mutex.unlock(READ)).isFalse();
    assertThat(mutex.unlock(WRITE)).isFalse();
  }

  @Test
  void shortUsersNeverWaitForLockHolders() {
    mutex.lock(READ);
    mutex.lock(WRITE);
    assertThat(mutex.enter()).isTrue();
    assertThat(mutex.leave()).isFalse();
  }

  @Test
  void closeTurnsEverybodyAway() {
    assertThat(mutex.close()).isTrue();
    assertThat(mutex.isClosed()).isTrue();
    assertThat(mutex.close()).isFalse();
    assertThat(mutex.enter()).isFalse();
    assertThat(mutex.lock(READ)).isEqualTo(HandleMutex.CLOSED);
    assertThat(mutex.lock(WRITE)).isEqualTo(HandleMutex.CLOSED);
    assertThat(mutex.leave()).isTrue();
  }

  @Test
  void theLastOneOutAfterACloseIsTold() {
    mutex.lock(READ);
    mutex.lock(WRITE);
    mutex.enter();
    mutex.close();
    assertThat(mutex.leave()).isFalse();
    assertThat(mutex.unlock(READ)).isFalse();
    assertThat(mutex.leave()).isFalse();
    assertThat(mutex.unlock(WRITE)).isTrue();
  }

  @Test
  void aHoldKeepsTheHandleAlsoAfterTheCloserHasLeft() {
    mutex.close();
    mutex.hold();
    assertThat(mutex.leave()).isFalse();
    assertThat(mutex.leave()).isTrue();
  }

  @Test
  void aQueuedThreadGetsTheLockWhenItsHolderLeaves() throws Exception {
    mutex.lock(WRITE);
    Call<Integer> queued = queue(WRITE);
    mutex.unlock(WRITE);
    assertThat(queued.result()).isEqualTo(HandleMutex.LOCKED);
    assertThat(mutex.unlock(WRITE)).isFalse();
  }

  @Test
  void closeSendsQueuedThreadsAway() throws Exception {
    mutex.lock(READ);
    mutex.lock(WRITE);
    List<Call<Integer>> queued = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      queued.add(queue(READ));
      queued.add(queue(WRITE));
    }
    mutex.close();
    for (Call<Integer> call : queued) {
      assertThat(call.result()).isEqualTo(HandleMutex.CLOSED_IN_QUEUE);
    }
    assertThat(mutex.leave()).isFalse();
    assertThat(mutex.unlock(READ)).isFalse();
    assertThat(mutex.unlock(WRITE)).isTrue();
  }

  @Test
  void anInterruptedThreadLeavesTheQueueAndKeepsItsFlag() throws Exception {
    mutex.lock(READ);
    Call<Integer> interrupted = queue(READ);
    Call<Integer> patient = queue(READ);
    interrupted.thread().interrupt();
    assertThat(interrupted.result()).isEqualTo(HandleMutex.INTERRUPTED);
    assertThat(interrupted.endedInterrupted()).isTrue();
    mutex.unlock(READ);
    assertThat(patient.result()).isEqualTo(HandleMutex.LOCKED);
    mutex.close();
    assertThat(mutex.leave()).isFalse();
    assertThat(mutex.unlock(READ)).isTrue();
  }

  @Test
  void anInterruptBeforeTheLockDoesNotKeepAFreeLockAway() {
    Thread.currentThread().interrupt();
    assertThat(mutex.lock(READ)).isEqualTo(HandleMutex.LOCKED);
    assertThat(Thread.interrupted()).isTrue();
  }

  private Call<Integer> queue(boolean read) {
    Call<Integer> call = new Call<>(Thread.ofVirtual(), () -> mutex.lock(read));
    Waiting.untilParked(call.thread());
    return call;
  }
}
