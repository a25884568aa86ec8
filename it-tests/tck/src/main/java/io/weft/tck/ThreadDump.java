package io.weft.tck;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.PreInterruptCallback;
import org.junit.jupiter.api.extension.PreInterruptContext;

/** What every thread of this process does, virtual threads included. */
final class ThreadDump {
  private ThreadDump() {}

  /** Takes a dump: one paragraph per thread, first line {@code #ID "NAME" [virtual] STATE ...}. */
  static String text() {
    HotSpotDiagnosticMXBean bean =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    Path file =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "weft-tck-" + ProcessHandle.current().pid() + "-" + System.nanoTime() + ".threads");
    try {
      try {
        bean.dumpThreads(
            file.toAbsolutePath().toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
        // not by a channel: that would leave a direct buffer with the calling thread
        try (FileInputStream in = new FileInputStream(file.toFile())) {
          return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Prints a dump before a case that took too long is given up. */
  static final class OnTimeout implements PreInterruptCallback {
    @Override
    public void beforeThreadInterrupt(PreInterruptContext context, ExtensionContext extension) {
      String name = extension.getRequiredTestMethod().getName() + extension.getDisplayName();
      Report.print("weft-tck: " + name + " hangs; all threads:\n" + text());
    }
  }
}
