package io.weft.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: the Flight Recorder hears of sessions, of dials and of stalls. */
class FlightRecorderTest {
  @TempDir private Path directory;

  @Test
  void aRecordingHasTheSessionItsDialAndTheStall() throws Exception {
    try (Recording recording = new Recording();
        Echo echo = new Echo();
        TestingServer server = new TestingServer()) {
      for (String name : List.of("weft.Session", "weft.UpstreamConnect", "weft.LoopStall")) {
        recording.enable(name).withoutThreshold();
      }
      server.start(Map.of("web", echo.spec("one")));
      recording.start();
      try (Socket client = server.dial("web")) {
        client.getOutputStream().write("ping".getBytes(StandardCharsets.UTF_8));
        client.shutdownOutput();
        assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("ping");
      }
      assertThat(server.ended().take()).isNotNull();
      server.watch().loopStalled("weft-nio-0", Thread.currentThread());
      recording.stop();
      Path file = directory.resolve("weft.jfr");
      recording.dump(file);

      List<RecordedEvent> events = RecordingFile.readAllEvents(file);
      RecordedEvent session = only(events, "weft.Session");
      assertThat(session.getString("upstream")).isEqualTo("one");
      assertThat(session.getString("endedBy")).isEqualTo("client");
      assertThat(session.getString("cause")).isEqualTo("eof");
      assertThat(session.getLong("bytesToServer")).isEqualTo(4);
      assertThat(session.getLong("bytesToClient")).isEqualTo(4);
      assertThat(session.getDuration("total")).isGreaterThan(session.getDuration("connect"));
      RecordedEvent dial = only(events, "weft.UpstreamConnect");
      assertThat(dial.getString("upstream")).isEqualTo("one");
      assertThat(dial.getString("failure")).isNull();
      assertThat(dial.getDuration()).isPositive();
      assertThat(only(events, "weft.LoopStall").getString("loop")).isEqualTo("weft-nio-0");
    }
  }

  private static RecordedEvent only(List<RecordedEvent> events, String name) {
    return assertThat(events)
        .filteredOn(each -> each.getEventType().getName().equals(name))
        .singleElement()
        .actual();
  }
}
