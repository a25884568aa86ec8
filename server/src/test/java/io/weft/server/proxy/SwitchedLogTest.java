package io.weft.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: each session has its line, in one log or in the next one. */
@Timeout(60)
class SwitchedLogTest {
  private static final int SESSIONS = 2000;

  @Test
  void noLineIsLostBetweenTwoLogs() throws Exception {
    List<StringWriter> texts = new ArrayList<>(List.of(new StringWriter()));
    AtomicInteger left = new AtomicInteger(SESSIONS);
    try (SwitchedLog log = new SwitchedLog(JsonAccessLog.on(texts.getFirst()))) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        threads.add(Thread.ofVirtual().start(() -> end(log, left)));
      }
      while (left.get() > 0) {
        texts.add(new StringWriter());
        log.switchTo(JsonAccessLog.on(texts.getLast()));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertThat(texts.stream().mapToLong(text -> text.toString().lines().count()).sum())
        .isEqualTo(SESSIONS);
  }

  private static void end(AccessLog log, AtomicInteger left) {
    while (left.decrementAndGet() >= 0) {
      log.ended(JsonLineTest.session(new Ending(Party.CLIENT, Phase.DATA, Cause.EOF)));
    }
  }
}
