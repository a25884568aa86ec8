package io.weft.server.admin;

import com.google.gson.stream.JsonWriter;
import io.weft.server.notation.SocketUrl;
import io.weft.server.proxy.OpenSession;
import io.weft.server.service.Server;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The sessions that go on, in JSON, in the words of the access log. */
final class SessionsPage implements Page {
  private static final int LIMIT = 100;
  private static final int LIMIT_MAX = 10_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Server server;

  SessionsPage(Server server) {
    this.server = server;
  }

  @Override
  public Answer get(Function<String, @Nullable String> query) throws InterruptedException {
    String given = query.apply("limit");
    int limit = given == null ? LIMIT : limit(given);
    if (limit < 0) {
      return Answer.plain(Answer.BAD_REQUEST, "limit: use a number from 0 to " + LIMIT_MAX);
    }
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.setIndent("  ");
      write(json, limit);
    } catch (IOException e) {
      throw new UncheckedIOException("a string can be written", e);
    }
    return Answer.json(text.toString());
  }

  private static int limit(String given) {
    try {
      int limit = Integer.parseInt(given);
      return limit <= LIMIT_MAX ? limit : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private void write(JsonWriter json, int limit) throws IOException, InterruptedException {
    List<ServiceSession> shown = Views.oldest(server, limit);
    json.beginObject();
    json.name("open").value(server.openCount());
    json.name("sessions").beginArray();
    for (ServiceSession each : shown) {
      write(json, each);
    }
    json.endArray().endObject();
  }

  private static void write(JsonWriter json, ServiceSession shown) throws IOException {
    OpenSession session = shown.session();
    json.beginObject();
    json.name("service").value(shown.service());
    if (shown.leaving()) {
      json.name("leaving").value(true);
    }
    json.name("listener").value(session.from().listener().toString());
    json.name("client").value(SocketUrl.text(session.from().client()));
    if (!session.from().peer().equals(session.from().client())) {
      json.name("peer").value(SocketUrl.text(session.from().peer()));
    }
    optional(json, "sni", session.to().serverName());
    optional(json, "upstream", session.to().upstream());
    json.name("phase").value(session.phase().toString());
    json.name("age-ms").value(session.ageNanos() / NANOS_PER_MILLI);
    json.name("idle-ms").value(session.progress().idleNanos() / NANOS_PER_MILLI);
    json.name("bytes-to-server").value(session.progress().bytes().toServer());
    json.name("bytes-to-client").value(session.progress().bytes().toClient());
    json.endObject();
  }

  private static void optional(JsonWriter json, String name, @Nullable String value)
      throws IOException {
    if (value != null) {
      json.name(name).value(value);
    }
  }
}
