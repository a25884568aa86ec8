package io.weft.server.service;

import io.weft.Net;
import io.weft.server.address.SocketUrl;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The services of a process and the net that they share, from the start to the end of the drain.
 * Any thread may ask; one starts and drains.
 */
public final class Server implements AutoCloseable {
  // for the threads of a net whose services have ended
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Net net;
  private final List<Service> services = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> failure = new CompletableFuture<>();
  private volatile boolean ready;

  /** A server without services. The net is its own from now on. */
  @Inject
  public Server(Net net) {
    this.net = net;
  }

  /**
   * Starts services in their order; all of them, or none.
   *
   * @return the ready lines, one for each address, in the same order
   */
  public List<String> start(List<? extends Service> all) throws IOException {
    try {
      for (Service service : all) {
        service.start();
        services.add(service);
      }
      ready = true;
    } finally {
      if (!ready) {
        services.forEach(Service::close);
        services.clear();
      }
    }
    all.forEach(this::hearFailure);
    return services.stream().flatMap(each -> readyLines(each).stream()).toList();
  }

  /** The net of all services. */
  public Net net() {
    return net;
  }

  /** The services, in the order in which they were started. */
  public List<Service> services() {
    return List.copyOf(services);
  }

  /** Whether all services accept connections: they have started, none failed, and none drains. */
  public boolean ready() {
    return ready && !failure.isDone();
  }

  /** How many connections all services serve. */
  public int openCount() {
    return services.stream().mapToInt(Service::openCount).sum();
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
    ready = false;
    List<FutureTask<Boolean>> drains = new ArrayList<>();
    for (Service service : services) {
      FutureTask<Boolean> drain = new FutureTask<>(() -> service.drain(timeout));
      drains.add(drain);
      Thread.ofVirtual().name("drain-" + service.name()).start(drain);
    }
    boolean complete = true;
    for (FutureTask<Boolean> drain : drains) {
      complete &= result(drain);
    }
    return net.shutdown(GRACE) && complete;
  }

  /** Ends all of it at once. */
  @Override
  public void close() {
    ready = false;
    services.forEach(Service::close);
    net.close();
  }

  private void hearFailure(Service service) {
    CompletableFuture<Void> unused =
        service.failure().whenComplete((_, cause) -> failure.completeExceptionally(cause));
  }

  private static boolean result(FutureTask<Boolean> drain)
      throws IOException, InterruptedException {
    try {
      return drain.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    }
  }

  private List<String> readyLines(Service service) {
    return service.bound().stream().map(url -> readyLine(service, url)).toList();
  }

  private String readyLine(Service service, SocketUrl url) {
    return "ready: %s on %s (poller=%s, scheduling=%s, loops=%d)"
        .formatted(service.name(), url, net.poller().name(), net.scheduling(), net.loops());
  }
}
