package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: a poller that cannot be had is explained, and replaced only if nobody named it. */
class UnavailablePollerTest {
  private static final String REASON = "the library does not load: ";

  @TempDir private Path folder;

  /** Something that is no library, before the adapter's jar on the class path. */
  @BeforeEach
  void spoilTheLibraryOfEpoll() throws IOException {
    for (String architecture : List.of("x86_64", "aarch64")) {
      Path library = folder.resolve("META-INF/native/linux-" + architecture + "/libweft_epoll.so");
      Files.createDirectories(library.getParent());
      Files.writeString(library, "no library");
    }
  }

  @Test
  void probeTellsTheReasonAndAutoGoesOnToTheNext() throws Exception {
    try (WeftProcess weft = weft("probe", "--deny", "io_uring")) {
      assertThat(weft.exitCode()).as("exit code; standard error: %s", weft.err()).isZero();

      assertThat(weft.rest())
          .anySatisfy(line -> assertThat(line).matches("epoll +no +" + REASON + ".* use nio"))
          .anySatisfy(line -> assertThat(line).startsWith("poller:     nio ("));
    }
  }

  @Test
  void anEchoOnAutoServesWithTheNext() throws Exception {
    try (WeftProcess weft = weft("echo", "--listen", "tcp://127.0.0.1:0", "--deny", "io_uring")) {
      assertThat(weft.line()).startsWith("ready: ").contains("(poller=nio, ");
    }
  }

  @Test
  void aPollerThatWasNamedFailsWithTheReason() throws Exception {
    for (String command : List.of("probe", "echo")) {
      String[] args =
          command.equals("probe")
              ? new String[] {"probe", "--poller", "epoll"}
              : new String[] {"echo", "--listen", "tcp://127.0.0.1:0", "--poller", "epoll"};
      try (WeftProcess weft = weft(args)) {
        assertThat(weft.exitCode()).isEqualTo(1);
        // the virtual machine has something to say of such a library, too
        assertThat(weft.err())
            .last()
            .asString()
            .startsWith("weft: poller not available: epoll: " + REASON)
            .endsWith("(use nio)");
        assertThat(weft.rest()).noneMatch(line -> line.startsWith("ready: "));
      }
    }
  }

  private WeftProcess weft(String... args) throws IOException {
    return WeftProcess.java(
        List.of(
            "--add-opens",
            "java.base/java.lang=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            folder + File.pathSeparator + System.getProperty("java.class.path"),
            "io.weft.server.Main"),
        args);
  }
}
