package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.weft.Net;
import io.weft.PollerReport;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Goal: what the guide says of a whole net is so: pollers, scheduling, Guice. */
class GuideNetTest extends GuideExamples {
  @Test
  @Runs("Held")
  void aHandlerThatBurnsCpuIsReportedAsTheGuideSays() throws Exception {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger("io.weft");
    log.start();
    logger.addAppender(log);
    logger.setAdditive(false);
    try (ExampleRun run = run()) {
      assertThat(run.line())
          .isEqualTo(
              "on-loop: loops carry the virtual threads (java.base/java.lang is open to Weft)");
      run.returns();
    } finally {
      logger.setAdditive(true);
      logger.detachAppender(log);
    }
    assertThat(log.list).hasSize(1);
    String message = log.list.getFirst().getFormattedMessage();
    String first = message.lines().findFirst().orElseThrow();
    String frame = "\n    at Held.burn(Held.java:";
    assertThat(message).contains(frame);
    assertThat(Files.readString(Examples.ROOT.resolve("docs/guide.md")))
        .contains(frame)
        .containsPattern(
            // whatever the poller is called, and the thread
            Pattern.quote(first).replaceAll("weft-(\\w+-)?\\d", "weft-\\\\E(\\\\w+-)?\\\\d\\\\Q"));
  }

  @Test
  @Runs("Pollers")
  void aNamedPollerIsNeverReplacedSilently() throws Exception {
    boolean ring = isAvailable("io_uring");
    boolean epoll = isAvailable("epoll");
    try (ExampleRun run = run()) {
      assertThat(run.line()).isEqualTo("io_uring available: " + ring);
      assertThat(run.line()).isEqualTo("epoll available: " + epoll);
      assertThat(run.line()).isEqualTo("nio available: true");
      assertThat(run.line()).startsWith(epoll ? "named: epoll" : "poller not available: epoll: ");
      assertThat(run.line()).isEqualTo("best of the rest: nio");
      run.returns();
    }
  }

  private static String best() {
    return Net.probe().stream()
        .filter(PollerReport::available)
        .map(PollerReport::name)
        .findFirst()
        .orElseThrow();
  }

  private static boolean isAvailable(String poller) {
    return Net.probe().stream()
        .anyMatch(report -> report.name().equals(poller) && report.available());
  }

  @Test
  @Runs("Injected")
  void aNetOfGuiceDials() throws Exception {
    try (Peer peer = Peer.serving(GuideExamples::rest);
        ExampleRun run = run(peer.address())) {
      assertThat(peer.result()).isEqualTo("hello on " + best() + "\n");
      run.returns();
    }
  }
}
