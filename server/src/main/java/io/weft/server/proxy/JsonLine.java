package io.weft.server.proxy;

import com.google.gson.stream.JsonWriter;
import io.weft.server.notation.SocketUrl;
import io.weft.server.proxy.SessionRecord.Destination;
import io.weft.server.proxy.SessionRecord.Measures;
import io.weft.server.proxy.SessionRecord.Origin;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.SocketAddress;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** A session as a line of JSON. What there is nothing to say about is not there. */
final class JsonLine {
  private static final int NANOS_PER_MICRO = 1000;
  private static final int MICROS_SCALE_OF_MILLIS = 3;

  private final JsonWriter json;

  private JsonLine(JsonWriter json) {
    this.json = json;
  }

  static String of(SessionRecord session) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      new JsonLine(json).write(session);
    } catch (IOException e) {
      throw new UncheckedIOException("a string can be written", e);
    }
    return text.append('\n').toString();
  }

  private void write(SessionRecord session) throws IOException {
    json.beginObject();
    text("time", session.time().truncatedTo(ChronoUnit.MILLIS));
    from(session.from());
    to(session.to());
    ending(session.ending());
    measures(session.measures());
    json.endObject();
  }

  private void from(Origin from) throws IOException {
    text("listener", from.listener());
    address("client", from.client());
    if (!from.peer().equals(from.client())) {
      address("peer", from.peer());
    }
  }

  private void to(Destination to) throws IOException {
    text("sni", to.serverName());
    text("upstream", to.upstream());
    address("via", to.via());
    json.name("tries").value(to.tries());
  }

  private void ending(Ending ending) throws IOException {
    text("ended-by", ending.by());
    text("phase", ending.phase());
    text("cause", ending.cause());
    text("detail", ending.detail());
  }

  private void measures(Measures measures) throws IOException {
    millis("queue-ms", measures.queue());
    millis("connect-ms", measures.connect());
    if (measures.firstByte() >= 0) {
      millis("first-byte-ms", measures.firstByte());
    }
    millis("total-ms", measures.total());
    json.name("bytes-to-server").value(measures.bytes().toServer());
    json.name("bytes-to-client").value(measures.bytes().toClient());
  }

  private void address(String name, @Nullable SocketAddress address) throws IOException {
    text(name, address == null ? null : SocketUrl.text(address));
  }

  private void text(String name, @Nullable Object value) throws IOException {
    if (value != null) {
      json.name(name).value(value.toString());
    }
  }

  private void millis(String name, long nanos) throws IOException {
    json.name(name).value(BigDecimal.valueOf(nanos / NANOS_PER_MICRO, MICROS_SCALE_OF_MILLIS));
  }
}
