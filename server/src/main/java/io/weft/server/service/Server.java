package io.weft.server.service;

import io.weft.Net;
import io.weft.server.notation.SocketUrl;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/**
 * The services of a process and the net that they share, from the start to the end of the drain.
 * Any thread may ask; one starts, changes and drains.
 */
public final class Server implements AutoCloseable {
  // for the threads of a net whose services have ended
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final Logger LOGGER = System.getLogger(Server.class.getName());

  private final Net net;
  private final CompletableFuture<Void> failure = new CompletableFuture<>();
  // services of an earlier configuration, whose last sessions go on
  private final OpenSet<Service> leaving = new OpenSet<>();
  private volatile List<Service> services = List.of();
  // why no connection should be sent here; empty when nothing speaks against it
  private volatile String obstacle = "the server starts";

  /** A server without services. The net is its own from now on. */
  @Inject
  public Server(Net net) {
    this.net = net;
  }

  /**
   * A service as it is to be.
   *
   * @param service one that runs, or another one
   * @param listen where it is to listen
   * @param commit makes the rest of it so, and cannot fail
   */
  public record Change(Service service, List<SocketUrl> listen, Runnable commit) {
    /** A service that is new. */
    public static Change start(Service service) {
      return new Change(service, service.listen(), service::begin);
    }
  }

  /**
   * Starts services in their order; all of them, or none.
   *
   * @return the ready lines, one for each address, in the same order
   * @throws IOException with the name of a service, and the address that it cannot listen on
   */
  public List<String> start(List<? extends Service> all) throws IOException {
    List<String> lines = change(all.stream().map(Change::start).toList(), Duration.ZERO);
    obstacle = "";
    return lines;
  }

  /**
   * Goes over to other services, or the same ones changed, without touching a session: those of
   * services that are gone have their time to end.
   *
   * @param drainTimeout how long that is
   * @return the ready lines of new listeners
   * @throws IOException a new listener cannot be opened; nothing has changed
   */
  public List<String> change(List<Change> next, Duration drainTimeout) throws IOException {
    DoorPlan plan = new DoorPlan(net, services);
    List<List<Door>> doors = plan.doors(next);
    List<Service> before = services;
    services = next.stream().map(Change::service).toList();
    for (int i = 0; i < next.size(); i++) {
      next.get(i).commit().run();
      next.get(i).service().listeners().take(doors.get(i));
    }
    List<Service> after = services;
    List<Service> gone = before.stream().filter(each -> !after.contains(each)).toList();
    // what another service has now is not theirs to close
    gone.forEach(each -> each.listeners().take(List.of()));
    plan.closeSpare();
    after.stream().filter(each -> !before.contains(each)).forEach(this::hearFailure);
    gone.forEach(each -> leave(each, drainTimeout));
    return after.stream().flatMap(each -> readyLines(each, plan.opened())).toList();
  }

  /** The net of all services. */
  public Net net() {
    return net;
  }

  /** The services, in the order of the configuration. */
  public List<Service> services() {
    return services;
  }

  /** Services that the configuration has no more, whose last sessions go on. */
  public List<Service> leaving() {
    return leaving.all();
  }

  /** Whether all services accept connections: they have started, none failed, and none drains. */
  public boolean ready() {
    return obstacle().isEmpty();
  }

  /** Why the server is not {@link #ready}; empty when it is. */
  public String obstacle() {
    String known = obstacle;
    return known.isEmpty() && failure.isDone() ? "a listener has failed" : known;
  }

  /** How many connections all services serve. */
  public int openCount() {
    return Stream.concat(services.stream(), leaving.all().stream())
        .mapToInt(Service::openCount)
        .sum();
  }

  /** Fails when one of the services does. */
  public CompletableFuture<Void> failure() {
    return failure;
  }

  /**
   * Drains all services at the same time, then closes the net.
   *
   * @return whether all conversations ended in time
   */
  public boolean drain(Duration timeout) throws IOException, InterruptedException {
    obstacle = "the server drains";
    List<FutureTask<Boolean>> drains = new ArrayList<>();
    for (Service service : services) {
      FutureTask<Boolean> drain = new FutureTask<>(() -> service.drain(timeout));
      Thread.ofVirtual().name("drain-" + service.name()).start(drain);
      drains.add(drain);
    }
    boolean complete = true;
    for (FutureTask<Boolean> drain : drains) {
      complete &= result(drain);
    }
    complete &= leaving.awaitNone(timeout);
    return net.shutdown(GRACE) && complete;
  }

  /** Ends all of it at once. */
  @Override
  public void close() {
    obstacle = "the server has ended";
    services.forEach(Service::close);
    net.close();
  }

  private static boolean result(FutureTask<Boolean> drain)
      throws IOException, InterruptedException {
    try {
      return drain.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    }
  }

  private void leave(Service service, Duration timeout) {
    leaving.add(service);
    Thread.ofVirtual()
        .name("drain-" + service.name())
        .start(
            () -> {
              try {
                service.drain(timeout);
              } catch (IOException | InterruptedException e) {
                LOGGER.log(Level.WARNING, service.name() + " did not drain: " + e.getMessage(), e);
              } finally {
                leaving.remove(service);
              }
            });
  }

  private void hearFailure(Service service) {
    CompletableFuture<Void> unused =
        service
            .failure()
            .whenComplete(
                (_, cause) -> {
                  if (services.contains(service)) {
                    failure.completeExceptionally(cause);
                  }
                });
  }

  private Stream<String> readyLines(Service service, List<Door> opened) {
    return service.listeners().doors().stream()
        .filter(opened::contains)
        .map(
            door ->
                "ready: %s on %s (poller=%s, scheduling=%s, loops=%d)"
                    .formatted(
                        service.name(),
                        door.bound(),
                        net.poller().name(),
                        net.scheduling(),
                        net.loops()));
  }
}
