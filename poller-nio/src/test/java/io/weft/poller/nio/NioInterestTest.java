package io.weft.poller.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.spi.Completion;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Goal: whoever waits has its bit in the set, however the loop and the waiter interleave. */
class NioInterestTest {
  private static final int OP = SelectionKey.OP_READ;

  private final Bits bits = new Bits();
  private final Recorder done = new Recorder();
  private NioPoller poller;
  private NioInterest interest;

  @BeforeEach
  void open() throws IOException {
    poller = new NioPoller(Selector.open());
    interest = new NioInterest(poller, bits);
    interest.attempt();
  }

  @AfterEach
  void close() {
    poller.close();
  }

  @Test
  void theLoopPutsInTheBitOfWhoArms() throws IOException {
    assertThat(interest.await(OP, done)).isEqualTo(Completion.PENDING);
    assertThat(bits.ops).isZero();

    poller.poll(0);

    assertThat(bits.ops).isEqualTo(OP);
    assertThat(bits.changes).isOne();
  }

  @Test
  void bitStaysWhileEveryEventIsWaitedFor() throws IOException {
    for (int i = 0; i < 3; i++) {
      Recorder next = new Recorder();
      assertThat(interest.await(OP, next)).isEqualTo(Completion.PENDING);
      poller.poll(0);
      interest.ready(OP);
      assertThat(next.result()).isEqualTo(Completion.AGAIN);
      assertThat(interest.attempt()).isTrue();
    }

    assertThat(bits.ops).isEqualTo(OP);
    assertThat(bits.changes).isOne();
  }

  @Test
  void manyWaitsBeforeThePollAskOnce() throws IOException {
    for (int i = 0; i < 3; i++) {
      Recorder next = new Recorder();
      assertThat(interest.await(OP, next)).isEqualTo(Completion.PENDING);
      interest.cancel();
      assertThat(next.result()).isEqualTo(Completion.CANCELED);
    }
    assertThat(interest.await(OP, done)).isEqualTo(Completion.PENDING);

    poller.poll(0);

    assertThat(bits.changes).isOne();
    interest.ready(OP);
    assertThat(done.result()).isEqualTo(Completion.AGAIN);
  }

  @Test
  void eventThatNobodyWaitsForTakesTheBitOut() {
    bits.ops = OP;

    interest.ready(OP);

    assertThat(bits.ops).isZero();
    assertThat(interest.known()).isTrue();
  }

  @Test
  void waiterThatArmsBeforeTheBitIsTakenOutGetsItBack() {
    bits.ops = OP;
    bits.beforeTakingOut = this::consumeAndArm;

    interest.ready(OP);

    assertThat(bits.ops).isEqualTo(OP);
    interest.ready(OP);
    assertThat(done.result()).isEqualTo(Completion.AGAIN);
  }

  @Test
  void waiterThatArmsAfterTheBitIsTakenOutGetsItBack() {
    bits.ops = OP;
    bits.afterTakingOut = this::consumeAndArm;

    interest.ready(OP);

    assertThat(bits.ops).isEqualTo(OP);
  }

  @Test
  void waiterThatArmsWhileItsBitIsPutInHasIt() throws IOException {
    assertThat(interest.await(OP, new Recorder())).isEqualTo(Completion.PENDING);
    interest.cancel();
    bits.beforePuttingIn = () -> assertThat(interest.await(OP, done)).isNegative();

    poller.poll(0);
    poller.poll(0);

    assertThat(bits.ops).isEqualTo(OP);
    interest.ready(OP);
    assertThat(done.result()).isEqualTo(Completion.AGAIN);
  }

  @Test
  void bitThatIsNeededOnceIsOutBeforeTheWaiterIsTold() throws IOException {
    assertThat(interest.await(OP, result -> assertThat(bits.ops).isZero()))
        .isEqualTo(Completion.PENDING);
    poller.poll(0);

    interest.readyOnce(OP);

    assertThat(interest.known()).isTrue();
  }

  @Test
  void waitThatThePollerHasNotSeenYetIsCanceledByItsClose() {
    assertThat(interest.await(OP, done)).isEqualTo(Completion.PENDING);

    poller.close();

    assertThat(done.result()).isEqualTo(Completion.CANCELED);
  }

  @Test
  void armingOnAClosedPollerIsTakenBack() {
    poller.close();

    assertThat(interest.await(OP, done)).isEqualTo(Completion.CANCELED);
    interest.cancel();
    assertThat(done.count()).isZero();
  }

  private void consumeAndArm() {
    assertThat(interest.attempt()).isTrue();
    assertThat(interest.await(OP, done)).isEqualTo(Completion.PENDING);
  }

  /** A set that lets the waiter in while the loop changes it. */
  private static final class Bits implements NioInterest.Bits {
    private int ops;
    private int changes;
    private Runnable beforePuttingIn = () -> {};
    private Runnable beforeTakingOut = () -> {};
    private Runnable afterTakingOut = () -> {};

    @Override
    public void putIn(int op) {
      beforePuttingIn.run();
      changes += (ops & op) == 0 ? 1 : 0;
      ops |= op;
    }

    @Override
    public void takeOut(int op) {
      beforeTakingOut.run();
      ops &= ~op;
      afterTakingOut.run();
    }
  }
}
