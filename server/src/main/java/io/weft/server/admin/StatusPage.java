package io.weft.server.admin;

import io.weft.Net;
import io.weft.server.admin.Html.Cell;
import io.weft.server.admin.SessionMeters.Tally;
import io.weft.server.admin.Trends.Trend;
import io.weft.server.notation.SocketUrl;
import io.weft.server.proxy.OpenSession;
import io.weft.server.proxy.RouteStatus;
import io.weft.server.service.Server;
import io.weft.server.service.Service;
import io.weft.server.upstream.UpstreamStatus;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The page for people. It is whole without a script; with one it is fetched again and again. */
final class StatusPage implements Page {
  private static final int SESSIONS_MAX = 10;
  private static final List<Cell> UNCOUNTED = Collections.nCopies(7, Cell.number(""));

  private final Sight sight;
  private final Server server;
  private final Trends trends;

  StatusPage(Sight sight, Trends trends) {
    this.sight = sight;
    this.server = sight.server();
    this.trends = trends;
  }

  @Override
  public Answer get(Function<String, @Nullable String> query) throws InterruptedException {
    Html page = new Html();
    page.markup("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
        .markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        .markup("<noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>")
        .markup("<link rel=\"stylesheet\" href=\"status.css\">")
        .markup("<script src=\"status.js\" defer></script>")
        .element("title", "", "Weft")
        .markup("</head><body>")
        .element("p", "stale-note", "The server does not answer; this is what it said last.")
        .markup("<main>");
    head(page);
    services(page);
    upstreams(page);
    endings(page);
    sessions(page);
    page.markup("</main><footer>")
        .markup("<a href=\"metrics\">metrics</a> <a href=\"sessions\">sessions</a>")
        .markup("<a href=\"config\">config</a> <a href=\"readyz\">readyz</a>")
        .markup("<span id=\"refreshed\"></span>")
        .markup("</footer></body></html>");
    return new Answer(Answer.OK, "text/html; charset=utf-8", page.toString());
  }

  private void head(Html page) {
    List<String> obstacles = sight.readiness().obstacles();
    Net net = server.net();
    NetWatch watch = sight.watch();
    Runtime memory = Runtime.getRuntime();
    Duration age = Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime());
    page.markup("<header>")
        .element("h1", "", "Weft")
        .element("span", obstacles.isEmpty() ? "badge up" : "badge down", readyWord(obstacles))
        .element("span", "muted", sight.version() + ", up for " + Quantities.time(age))
        .markup("</header>");
    obstacles.forEach(each -> page.element("p", "obstacle", each));
    page.markup("<dl>");
    fact(page, "poller", net.poller().name(), net.poller().reason());
    fact(page, "scheduling", net.scheduling().toString(), net.schedulingReason());
    fact(page, "loops", Integer.toString(net.loops()), "stalls: " + sum(watch.stalls().values()));
    fact(
        page,
        "heap",
        Quantities.bytes(memory.totalMemory() - memory.freeMemory()),
        "of " + Quantities.bytes(memory.maxMemory()));
    fact(
        page,
        "failed accepts",
        Long.toString(sum(watch.acceptFailures().values())),
        watch.acceptFailures().keySet().stream()
            .map(each -> each.listener() + " " + each.error())
            .sorted()
            .collect(Collectors.joining(", ")));
    page.markup("</dl>");
  }

  private static String readyWord(List<String> obstacles) {
    return obstacles.isEmpty() ? "ready" : "not ready";
  }

  private static void fact(Html page, String name, String value, String why) {
    page.markup("<div>")
        .element("dt", "", name)
        .element("dd", "", value)
        .element("dd", "muted", why)
        .markup("</div>");
  }

  private static long sum(Iterable<LongAdder> counts) {
    long sum = 0;
    for (LongAdder each : counts) {
      sum += each.sum();
    }
    return sum;
  }

  private void services(Html page) {
    List<List<Cell>> rows = new ArrayList<>();
    for (Service service : server.services()) {
      List<Cell> row = new ArrayList<>();
      row.add(Cell.text(service.name()));
      row.add(Cell.text(service.type()));
      row.add(Cell.text(addresses(service)));
      row.add(Cell.number(service.openCount()));
      row.add(Cell.number(Views.routes(service).stream().mapToLong(RouteStatus::waiting).sum()));
      row.addAll(trends.of(service.name()).map(StatusPage::trend).orElse(UNCOUNTED));
      rows.add(row);
    }
    page.element("h2", "", "Services")
        .table(
            List.of(
                "service",
                "type",
                "listens on",
                "open",
                "waiting",
                "ended",
                "unusually",
                "rate",
                "relayed",
                "rate",
                "connect p50",
                "p99"),
            rows,
            "None has started.")
        .element(
            "p",
            "muted",
            "Sessions and bytes are counted when a session ends, as in the access log. Rates are of"
                + " the last 10 seconds, times to connect of the last minute.");
  }

  private static List<Cell> trend(Trend trend) {
    SessionCounts now = trend.now();
    SessionCounts recent = trend.tenSecondsAgo();
    long nanos = now.nanos() - recent.nanos();
    return List.of(
        Cell.number(now.sessions()),
        Cell.number(now.unusual()),
        Cell.number(
            Quantities.rate(SessionCounts.perSecond(now.sessions(), recent.sessions(), nanos))),
        Cell.number(Quantities.bytes(now.bytes())),
        Cell.number(
            Quantities.byteRate(SessionCounts.perSecond(now.bytes(), recent.bytes(), nanos))),
        Cell.number(within(0.5, trend)),
        Cell.number(within(0.99, trend)));
  }

  private static String addresses(Service service) {
    return service.bound().stream().map(SocketUrl::toString).collect(Collectors.joining(" "));
  }

  private static String within(double share, Trend trend) {
    Optional<Duration> time = trend.now().connectWithin(share, trend.aMinuteAgo());
    return time.map(each -> "\u2264 " + Quantities.shortTime(each)).orElse("");
  }

  private void upstreams(Html page) {
    List<List<Cell>> rows = new ArrayList<>();
    for (Service service : server.services()) {
      for (RouteStatus route : Views.routes(service)) {
        for (UpstreamStatus each : route.upstreams()) {
          String state = Views.word(each.state());
          rows.add(
              List.of(
                  Cell.text(service.name()),
                  Cell.text(route.serverName()),
                  Cell.text(each.spec().name()),
                  new Cell(state, "badge " + state),
                  new Cell(each.reason(), "why"),
                  Cell.number(each.active()),
                  Cell.number(each.spec().weight()),
                  Cell.number(each.totals().connects()),
                  Cell.number(each.totals().connectFailures()),
                  Cell.number(each.totals().earlyResets()),
                  Cell.number(each.totals().ejections())));
        }
      }
    }
    page.element("h2", "", "Upstreams")
        .table(
            List.of(
                "service",
                "server name",
                "upstream",
                "state",
                "why",
                "sessions",
                "weight",
                "connects",
                "failed",
                "resets",
                "ejections"),
            rows,
            "No service has upstreams.");
  }

  private void endings(Html page) {
    List<List<Cell>> rows = new ArrayList<>();
    for (Service service : server.services()) {
      sight.metrics().sessionsOf(service.name()).stream()
          .flatMap(meters -> meters.tallies().stream())
          .sorted(Comparator.comparingLong(Tally::count).reversed())
          .forEach(
              each ->
                  rows.add(
                      List.of(
                          Cell.text(service.name()),
                          Cell.text(each.by()),
                          Cell.text(each.phase()),
                          new Cell(each.cause(), each.isUsual() ? "" : "unusual"),
                          Cell.number(each.count()))));
    }
    page.element("h2", "", "How sessions ended")
        .table(
            List.of("service", "ended by", "in phase", "cause", "sessions"),
            rows,
            "None has ended yet.");
  }

  private void sessions(Html page) throws InterruptedException {
    List<List<Cell>> rows = new ArrayList<>();
    for (ServiceSession each : Views.oldest(server, SESSIONS_MAX)) {
      OpenSession session = each.session();
      String upstream = session.to().upstream();
      rows.add(
          List.of(
              Cell.text(each.service() + (each.leaving() ? " (leaving)" : "")),
              Cell.text(SocketUrl.text(session.from().client())),
              Cell.text(upstream == null ? "" : upstream),
              Cell.text(session.phase().toString()),
              Cell.number(Quantities.time(Duration.ofNanos(session.ageNanos()))),
              Cell.number(Quantities.time(Duration.ofNanos(session.progress().idleNanos()))),
              Cell.number(Quantities.bytes(session.progress().bytes().toServer())),
              Cell.number(Quantities.bytes(session.progress().bytes().toClient()))));
    }
    page.element("h2", "", "Oldest open sessions")
        .table(
            List.of(
                "service", "client", "upstream", "phase", "age", "idle", "to server", "to client"),
            rows,
            "None is open.");
  }
}
