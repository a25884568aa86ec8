package io.weft.tck;

import io.weft.Conn;
import io.weft.HostPort;
import io.weft.ListenConfig;
import io.weft.Listener;
import io.weft.Net;
import io.weft.Network;
import io.weft.Scheduling;
import io.weft.spi.NetFactory;
import io.weft.spi.PollerProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The net of one case, with a network to make connections on and a place to make calls from.
 *
 * <p>The case itself runs on a platform thread and only sets up and judges; the calls that it is
 * about run on threads that {@link #start} places.
 */
final class TestingNet implements AutoCloseable {
  private static final int UNIX_PATH_BYTES_MAX = 107;
  private static final long END_MILLIS_MAX = 15_000;

  private final SuiteConfig config;
  private final Network network;
  private final Placement placement;
  private final Net net;
  private final Queue<Heard> errors = new ConcurrentLinkedQueue<>();
  private final Queue<Task<?>> tasks = new ConcurrentLinkedQueue<>();
  private final Map<Conn, Anchor> anchors = new ConcurrentHashMap<>();
  private final List<Anchor> loopAnchors = new ArrayList<>();
  private final Path directory;
  private final AtomicInteger names = new AtomicInteger();
  private volatile boolean closing;

  /**
   * What the net's error listener heard.
   *
   * @param conn whose handler failed
   * @param cause what was thrown
   */
  record Heard(@Nullable Conn conn, Throwable cause) {}

  TestingNet(SuiteConfig config, Network network, Placement placement) throws IOException {
    this.config = config;
    this.network = network;
    this.placement = placement;
    this.directory =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "weft-tck-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
    this.net = config.opener().open(config.netConfig().withOnError(this::hear));
    if (net.scheduling() != config.scheduling() || !net.poller().name().equals(config.poller())) {
      net.close();
      throw new AssertionError(
          "asked for "
              + config.poller()
              + " "
              + config.scheduling()
              + ", but got "
              + net.poller()
              + " "
              + net.scheduling()
              + ": "
              + net.schedulingReason());
    }
  }

  /** Another net of the same kind; the case closes it. */
  TestingNet another() throws IOException {
    return new TestingNet(config, network, placement);
  }

  /** Another net of the same kind that is opened in a way of its own; the case closes it. */
  TestingNet another(NetOpener opener) throws IOException {
    return new TestingNet(config.withOpener(opener), network, placement);
  }

  /** Another net of the same kind whose kernel does what is ordered; the case closes it. */
  TestingNet another(FaultPlan plan) throws IOException {
    PollerProvider faulty = new FaultyProvider(config.provider(), plan);
    return another(opened -> NetFactory.load().open(opened, List.of(faulty)));
  }

  Net net() {
    return net;
  }

  Network network() {
    return network;
  }

  Placement placement() {
    return placement;
  }

  SuiteConfig config() {
    return config;
  }

  boolean onLoop() {
    return net.scheduling() == Scheduling.ON_LOOP;
  }

  /** Random data, the same in every run with one seed. */
  Random random() {
    return new Random(config.seed());
  }

  /** An address to listen on that is free: port 0, or a new path. */
  String freeAddress() throws IOException {
    return freeAddress(network);
  }

  String freeAddress(Network of) throws IOException {
    if (of == Network.TCP6) {
      return "[::1]:0";
    }
    if (of.isTcp()) {
      return "127.0.0.1:0";
    }
    if (!Files.exists(directory)) {
      Files.createDirectory(directory);
    }
    String path = directory.resolve(names.getAndIncrement() + ".sock").toString();
    if (path.length() > UNIX_PATH_BYTES_MAX) {
      throw new AssertionError("java.io.tmpdir is too long for a unix socket: " + path);
    }
    return path;
  }

  /** The address as text that dials a listener. */
  static String addressOf(Listener listener) {
    return switch (listener.address()) {
      case InetSocketAddress inet ->
          new HostPort(inet.getAddress().getHostAddress(), Integer.toString(inet.getPort())).join();
      case UnixDomainSocketAddress unix -> unix.getPath().toString();
      default -> throw new AssertionError("an address of a new kind: " + listener.address());
    };
  }

  Listener listen() throws IOException {
    return listen(ListenConfig.DEFAULT);
  }

  Listener listen(ListenConfig listenConfig) throws IOException {
    return net.listen(network.toString(), freeAddress(), listenConfig);
  }

  Conn dial(Listener listener) throws IOException {
    return net.dial(network.toString(), addressOf(listener));
  }

  /** A new connection. */
  ConnPair pair() throws IOException {
    try (Listener listener = listen()) {
      return pair(listener);
    }
  }

  /** A new connection through a listener whose queue is empty. */
  ConnPair pair(Listener listener) throws IOException {
    Conn client = dial(listener);
    return new ConnPair(client, listener.accept());
  }

  /** Starts a call on a connection, at this case's placement. */
  <T extends @Nullable Object> Task<T> start(Conn conn, Callable<T> call)
      throws InterruptedException {
    if (placement == Placement.PLATFORM) {
      return startOnPlatform(call);
    }
    Task<T> task = keep(new Task<>(call, config.patienceMillis()));
    Anchor own = anchors.computeIfAbsent(conn, this::anchorOf);
    if (placement == Placement.OWN_LOOP) {
      own.start(task);
    } else {
      loopBeside(own.carrier()).start(task);
    }
    return task;
  }

  Task<@Nullable Void> start(Conn conn, Step step) throws InterruptedException {
    return start(conn, callable(step));
  }

  /** Starts a call that is on no connection: the placements are two loops and a platform thread. */
  <T extends @Nullable Object> Task<T> start(Callable<T> call) throws InterruptedException {
    if (placement == Placement.PLATFORM) {
      return startOnPlatform(call);
    }
    Task<T> task = keep(new Task<>(call, config.patienceMillis()));
    loopAnchors().get(placement == Placement.OWN_LOOP ? 0 : 1).start(task);
    return task;
  }

  Task<@Nullable Void> start(Step step) throws InterruptedException {
    return start(callable(step));
  }

  /** Starts a call on a platform thread, wherever the case is placed. */
  <T extends @Nullable Object> Task<T> startOnPlatform(Callable<T> call) {
    Task<T> task = keep(new Task<>(call, config.patienceMillis()));
    Thread.ofPlatform().name("weft-tck-caller").daemon().start(task);
    return task;
  }

  /** The names of the platform threads that carry the loops' virtual threads. */
  List<String> carriers() throws InterruptedException {
    List<String> names = new ArrayList<>();
    for (Anchor anchor : loopAnchors()) {
      names.add(anchor.carrier());
    }
    return names;
  }

  /**
   * Ends the threads from which {@link #start} places calls, so that close need not wait for them.
   */
  void leaveLoops() {
    anchors.values().forEach(Anchor::leave);
    loopAnchors.forEach(Anchor::leave);
  }

  /** Takes the next error that the net's error listener heard; waits for it. */
  Heard awaitError() throws Exception {
    Await.until("an error that is heard", () -> !errors.isEmpty());
    return errors.remove();
  }

  /** Takes the errors that were heard until now. */
  List<Heard> takeErrors() {
    List<Heard> taken = new ArrayList<>();
    for (Heard heard = errors.poll(); heard != null; heard = errors.poll()) {
      taken.add(heard);
    }
    return taken;
  }

  /**
   * Closes the net; fails when it or a call hangs, or when an error was heard that no case took.
   */
  @Override
  public void close() throws IOException {
    try {
      closeAndJoin();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("gave up waiting for the end of a net", e);
    }
  }

  private void closeAndJoin() throws IOException, InterruptedException {
    closing = true;
    List<Heard> untaken = takeErrors();
    leaveLoops();
    List<Task<?>> started = new ArrayList<>(tasks);
    Task<@Nullable Void> close = startOnPlatform(callable(net::close));
    long endMillis = Math.min(END_MILLIS_MAX, config.patienceMillis());
    if (!close.ended(endMillis)) {
      throw new AssertionError("Net.close hangs\n" + ThreadDump.text());
    }
    for (Task<?> task : started) {
      if (!task.ended(endMillis)) {
        throw new AssertionError("a call hangs on a closed net\n" + ThreadDump.text());
      }
    }
    if (close.state() == Future.State.FAILED) {
      throw new AssertionError("Net.close failed", close.exceptionNow());
    }
    removeDirectory();
    if (!untaken.isEmpty()) {
      throw new AssertionError("errors were heard: " + untaken, untaken.getFirst().cause());
    }
  }

  private void hear(@Nullable Conn conn, Throwable cause) {
    if (!closing) {
      errors.add(new Heard(conn, cause));
    }
  }

  private <T extends @Nullable Object> Task<T> keep(Task<T> task) {
    tasks.add(task);
    return task;
  }

  private Anchor anchorOf(Conn conn) {
    Anchor anchor = new Anchor(net);
    net.go(conn, c -> anchor.run());
    return anchor;
  }

  private synchronized List<Anchor> loopAnchors() {
    while (loopAnchors.size() < net.loops()) {
      Anchor anchor = new Anchor(net);
      net.go(anchor);
      loopAnchors.add(anchor);
    }
    return loopAnchors;
  }

  /** A place on a loop that is carried by another platform thread. */
  Anchor loopBeside(String carrier) throws InterruptedException {
    for (Anchor anchor : loopAnchors()) {
      if (!onLoop() || !anchor.carrier().equals(carrier)) {
        return anchor;
      }
    }
    throw new AssertionError("all threads are carried by " + carrier);
  }

  private static Callable<@Nullable Void> callable(Step step) {
    return () -> {
      step.run();
      return null;
    };
  }

  /** Removes the directory; a unix listener that was closed has removed its own file. */
  private void removeDirectory() throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    List<Path> left = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      files.forEach(left::add);
    }
    for (Path file : left) {
      Files.delete(file);
    }
    Files.delete(directory);
    if (!left.isEmpty()) {
      throw new AssertionError("socket files are left: " + left);
    }
  }
}
