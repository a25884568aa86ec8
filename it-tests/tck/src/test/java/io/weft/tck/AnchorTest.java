package io.weft.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.weft.Net;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Goal: no order gets lost. */
class AnchorTest {
  @Test
  void whatWasOrderedBeforeItLeavesIsDone() throws Exception {
    Net closed = mock(Net.class);
    when(closed.go(any(Runnable.class))).thenThrow(RejectedExecutionException.class);
    Anchor anchor = new Anchor(closed);
    Task<Integer> task = new Task<>(() -> 1);
    anchor.start(task);
    anchor.leave();
    anchor.run();
    assertThat(task.failure()).isInstanceOf(RejectedExecutionException.class);
  }
}
