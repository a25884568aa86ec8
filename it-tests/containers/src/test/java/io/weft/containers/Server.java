package io.weft.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.OutputFrame.OutputType;
import org.testcontainers.containers.wait.strategy.Wait;

/** A server in a container, with loopback as its only network, until it is closed. */
final class Server implements AutoCloseable {
  private static final Duration READY_MAX = Duration.ofSeconds(30);
  private static final Duration END_MAX = Duration.ofSeconds(60);
  private static final long STEP_NANOS = 100_000_000;
  private static final int NOT_FOUND = 126;

  private final GenericContainer<?> container;
  private final DockerClient client = DockerClientFactory.lazyClient();

  private Server(GenericContainer<?> container) {
    this.container = container;
  }

  /** Starts an echo on port 7000 with these options and waits until it is ready. */
  static Server start(Box box, String... options) {
    List<String> command = new ArrayList<>(List.of("echo", "--listen", "tcp://127.0.0.1:7000"));
    command.addAll(List.of(options));
    GenericContainer<?> container = box.container(command);
    container.waitingFor(Wait.forLogMessage("ready: .*\\n", 1).withStartupTimeout(READY_MAX));
    try {
      container.start();
    } catch (RuntimeException e) {
      container.close();
      throw e;
    }
    return new Server(container);
  }

  String readyLine() {
    return out().lines().findFirst().orElseThrow();
  }

  /** A container that shares this one's network. */
  Box beside(String image) {
    String network = "container:" + container.getContainerId();
    return Box.of(image)
        .with(create -> Objects.requireNonNull(create.getHostConfig()).withNetworkMode(network));
  }

  void signal(String name) {
    client.killContainerCmd(container.getContainerId()).withSignal(name).exec();
  }

  /** Waits for the end. */
  long exitCode() throws InterruptedException {
    await("the end of the server", () -> !container.isRunning(), END_MAX);
    return Box.exitCode(container);
  }

  /** Waits until the image's own health check has passed. */
  void awaitHealthy() throws InterruptedException {
    await("a healthy container", container::isHealthy, END_MAX);
  }

  /** Whether a command can be executed in the container, and succeeds. */
  boolean startsInside(String... command) throws IOException, InterruptedException {
    try {
      ExecResult result = container.execInContainer(command);
      assertThat(result.getExitCode()).isIn(0, NOT_FOUND, NOT_FOUND + 1);
      return result.getExitCode() == 0;
    } catch (DockerException e) {
      return false;
    }
  }

  String out() {
    return container.getLogs(OutputType.STDOUT);
  }

  String err() {
    return container.getLogs(OutputType.STDERR);
  }

  private static void await(String what, BooleanSupplier condition, Duration max)
      throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as("waiting for " + what)
          .isLessThan(max);
      LockSupport.parkNanos(STEP_NANOS);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  @Override
  public void close() {
    container.close();
  }
}
