package io.weft.server.admin;

import io.weft.NetConfig;
import io.weft.Network;
import io.weft.server.notation.SocketUrl;
import io.weft.server.service.Server;
import io.weft.server.service.StaleSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

/** The admin endpoint of a server, from before its services start until after they have ended. */
public final class Admin implements AutoCloseable {
  private final Trends trends;
  private final HttpEndpoint http;

  private Admin(Trends trends, HttpEndpoint http) {
    this.trends = trends;
    this.http = http;
  }

  /**
   * Listens, and tells of a server that may not have started yet.
   *
   * @param counts what is counted of it; stays open
   * @throws IOException with the address that it cannot listen on
   */
  public static Admin open(AdminConfig config, Server server, NetConfig net, Counts counts)
      throws IOException {
    if (config.url().network() == Network.UNIX) {
      StaleSocket.remove(server.net(), config.url());
    }
    Readiness readiness = new Readiness(server, config.upstreamsMatter());
    Sight sight = new Sight(server, readiness, counts.metrics(), counts.watch(), counts.version());
    counts.metrics().add(new ServerCollector(sight));
    Trends trends = new Trends(server, counts.metrics());
    Map<String, Page> pages =
        Map.of(
            "/",
            new StatusPage(sight, trends),
            "/healthz",
            _ -> Answer.plain(Answer.OK, "alive"),
            "/readyz",
            _ -> readiness.answer(),
            "/metrics",
            _ -> new Answer(Answer.OK, Metrics.TYPE, counts.metrics().scrape()),
            "/sessions",
            new SessionsPage(server),
            "/config",
            new ConfigPage(server, net, config),
            "/status.css",
            resource("status.css", "text/css"),
            "/status.js",
            resource("status.js", "text/javascript"));
    HttpEndpoint http = HttpEndpoint.open(config.url(), pages, HttpEndpoint.Bounds.DEFAULT);
    trends.start();
    return new Admin(trends, http);
  }

  /**
   * What was counted.
   *
   * @param metrics of sessions
   * @param watch of the net
   * @param version of the server, for people
   */
  public record Counts(Metrics metrics, NetWatch watch, String version) {}

  private static Page resource(String name, String type) {
    try (InputStream file = Admin.class.getResourceAsStream(name)) {
      String text =
          new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8);
      Answer answer = new Answer(Answer.OK, type + "; charset=utf-8", text);
      return _ -> answer;
    } catch (IOException e) {
      throw new UncheckedIOException("a resource can be read", e);
    }
  }

  /** Where it listens: what a browser takes, or a unix socket's address. */
  public String url() {
    SocketUrl bound = http.bound();
    return bound.network().isTcp() ? "http://" + bound.address() : bound.toString();
  }

  /** Whether processes of other machines may reach it. */
  public boolean isOpenToOthers() {
    return http.isOpenToOthers();
  }

  /** Ends it; requests that are under way have a second. */
  @Override
  public void close() {
    http.close();
    trends.close();
  }
}
