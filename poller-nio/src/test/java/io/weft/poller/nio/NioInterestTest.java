package io.weft.poller.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.spi.Completion;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Goal: whoever waits has its bit in the key, however the loop and the waiter interleave. */
class NioInterestTest {
  private static final int OP = SelectionKey.OP_READ;

  private final Key key = new Key();
  private final Recorder done = new Recorder();
  private NioPoller poller;
  private NioInterest interest;

  @BeforeEach
  void open() throws IOException {
    poller = new NioPoller(Selector.open());
    interest = new NioInterest(poller);
    interest.attempt();
  }

  @AfterEach
  void close() {
    poller.close();
  }

  @Test
  void armingPutsTheBitIn() {
    assertThat(interest.await(key, OP, done)).isEqualTo(Completion.PENDING);

    assertThat(key.ops).isEqualTo(OP);
    assertThat(key.changes).isOne();
  }

  @Test
  void bitStaysWhileEveryEventIsWaitedFor() {
    for (int i = 0; i < 3; i++) {
      Recorder next = new Recorder();
      assertThat(interest.await(key, OP, next)).isEqualTo(Completion.PENDING);
      interest.ready(key, OP);
      assertThat(next.result()).isEqualTo(Completion.AGAIN);
      assertThat(interest.attempt()).isTrue();
    }

    assertThat(key.ops).isEqualTo(OP);
    assertThat(key.changes).isOne();
  }

  @Test
  void eventThatNobodyWaitsForTakesTheBitOut() {
    key.ops = OP;

    interest.ready(key, OP);

    assertThat(key.ops).isZero();
    assertThat(interest.known()).isTrue();
  }

  @Test
  void waiterThatArmsBeforeTheBitIsTakenOutGetsItBack() {
    key.ops = OP;
    key.beforeTakingOut = this::consumeAndArm;

    interest.ready(key, OP);

    assertThat(key.ops).isEqualTo(OP);
    interest.ready(key, OP);
    assertThat(done.result()).isEqualTo(Completion.AGAIN);
  }

  @Test
  void waiterThatArmsAfterTheBitIsTakenOutPutsItBack() {
    key.ops = OP;
    key.afterTakingOut = this::consumeAndArm;

    interest.ready(key, OP);

    assertThat(key.ops).isEqualTo(OP);
  }

  @Test
  void bitThatIsNeededOnceIsOutBeforeTheWaiterIsTold() {
    assertThat(interest.await(key, OP, result -> assertThat(key.ops).isZero()))
        .isEqualTo(Completion.PENDING);

    interest.readyOnce(key, OP);

    assertThat(interest.known()).isTrue();
  }

  @Test
  void armingOnACancelledKeyIsTakenBack() {
    key.valid = false;

    assertThat(interest.await(key, OP, done)).isEqualTo(Completion.CANCELED);
    interest.cancel();
    assertThat(done.count()).isZero();
  }

  @Test
  void armingOnAClosedPollerIsTakenBack() {
    poller.close();

    assertThat(interest.await(key, OP, done)).isEqualTo(Completion.CANCELED);
    interest.cancel();
    assertThat(done.count()).isZero();
  }

  private void consumeAndArm() {
    assertThat(interest.attempt()).isTrue();
    assertThat(interest.await(key, OP, done)).isEqualTo(Completion.PENDING);
  }

  /** A key that lets the waiter in while the loop takes a bit out. */
  private static final class Key extends SelectionKey {
    private int ops;
    private int changes;
    private boolean valid = true;
    private Runnable beforeTakingOut = () -> {};
    private Runnable afterTakingOut = () -> {};

    @Override
    public int interestOpsAnd(int kept) {
      beforeTakingOut.run();
      int before = ops;
      interestOps(ops & kept);
      afterTakingOut.run();
      return before;
    }

    @Override
    public int interestOpsOr(int added) {
      int before = ops;
      interestOps(ops | added);
      return before;
    }

    @Override
    public int interestOps() {
      if (!valid) {
        throw new CancelledKeyException();
      }
      return ops;
    }

    @Override
    public SelectionKey interestOps(int set) {
      changes += set == ops ? 0 : 1;
      ops = set;
      return this;
    }

    @Override
    public SelectableChannel channel() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Selector selector() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isValid() {
      return valid;
    }

    @Override
    public void cancel() {
      valid = false;
    }

    @Override
    public int readyOps() {
      return 0;
    }
  }
}
