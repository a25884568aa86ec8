package io.weft.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: who rotates the log has no one to tell, and no line is lost. */
class LogFileTest {
  private static final long SECOND_NANOS = 1_000_000_000;

  private final AtomicLong nanos = new AtomicLong();
  @TempDir private Path directory;

  @Test
  void afterItWasMovedANewOneIsBegunWithinASecond() throws Exception {
    Path file = directory.resolve("access.log");
    Path moved = directory.resolve("access.log.1");
    try (LogFile log = new LogFile(file, nanos::get)) {
      write(log, "one\n");
      Files.move(file, moved);
      nanos.addAndGet(SECOND_NANOS - 1);
      write(log, "two\n");
      assertThat(file).doesNotExist();
      nanos.addAndGet(1);
      write(log, "three\n");
      write(log, "four\n");
    }
    assertThat(moved).hasContent("one\ntwo");
    assertThat(file).hasContent("three\nfour");
  }

  @Test
  void oneThatWasMadeInItsPlaceIsContinued() throws Exception {
    Path file = directory.resolve("access.log");
    try (LogFile log = new LogFile(file, nanos::get)) {
      write(log, "one\n");
      Files.delete(file);
      Files.writeString(file, "header\n");
      nanos.addAndGet(SECOND_NANOS);
      write(log, "two\n");
      nanos.addAndGet(SECOND_NANOS);
      write(log, "three\n");
    }
    assertThat(file).hasContent("header\ntwo\nthree");
  }

  @Test
  void theOldOneIsWrittenWhileNoNewOneCanBeOpened() throws Exception {
    Path folder = Files.createDirectory(directory.resolve("logs"));
    Path file = folder.resolve("access.log");
    Path moved = directory.resolve("moved.log");
    try (LogFile log = new LogFile(file, nanos::get)) {
      write(log, "one\n");
      Files.move(file, moved);
      Files.delete(folder);
      for (int i = 0; i < 2; i++) {
        nanos.addAndGet(SECOND_NANOS);
        write(log, "two\n");
      }
      Files.createDirectory(folder);
      nanos.addAndGet(SECOND_NANOS);
      write(log, "three\n");
    }
    assertThat(moved).hasContent("one\ntwo\ntwo");
    assertThat(file).hasContent("three");
  }

  private static void write(LogFile log, String text) throws IOException {
    log.append(text).flush();
  }
}
