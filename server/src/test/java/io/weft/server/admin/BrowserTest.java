package io.weft.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: a browser shows the status page, and the page keeps itself up to date. */
class BrowserTest {
  @TempDir private Path directory;

  @Test
  void thePageShowsTheServerAndRefreshesItself() throws Exception {
    String chromium = chromium();
    try (Echo echo = new Echo();
        TestingServer server = new TestingServer()) {
      server.start(Map.of("web", echo.spec("one")));
      for (int i = 0; i < 25; i++) {
        try (Socket client = server.dial("web")) {
          client.getOutputStream().write(i == 0 ? Echo.RESET : 'x');
          client.shutdownOutput();
          client.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (SocketException e) {
          assertThat(i).isZero();
        }
        assertThat(server.ended().poll(30, TimeUnit.SECONDS)).isNotNull();
      }
      try (Socket open = server.dial("web")) {
        open.getOutputStream().write(new byte[3]);
        assertThat(open.getInputStream().readNBytes(3)).hasSize(3);

        String dom = dom(chromium, server.http().base() + "/");
        assertThat(dom)
            .contains("<span class=\"badge up\">ready</span>")
            .contains("<td class=\"badge up\">up</td>")
            .contains(">127.0.0.1:" + open.getLocalPort() + "<")
            .contains("<td class=\"number\">25</td>")
            .contains("<td class=\"unusual\">reset</td>")
            .contains("<span id=\"refreshed\">refreshed at ");
      }
    }
  }

  // with CI=true it has to be there
  private static String chromium() throws IOException, InterruptedException {
    Path usual = Path.of("/usr/bin/chromium");
    if (!"true".equals(System.getenv("CI"))) {
      assumeThat(usual).as("chromium").isExecutable();
    }
    return usual.toString();
  }

  /** The page after its script has run for some seconds of the browser's own, faster time. */
  private String dom(String chromium, String url) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (Files.isWritable(Path.of("/etc/passwd"))) {
      // no browser is run by root
      command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
    }
    command.addAll(
        List.of(
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--user-data-dir=" + directory.resolve("profile"),
            "--virtual-time-budget=5000",
            "--dump-dom",
            url));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    Process browser =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String dom = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(browser.waitFor()).as("the browser's exit code").isZero();
    return dom;
  }
}
