package io.weft.containers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.OutputFrame.OutputType;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.images.ImagePullPolicy;
import org.testcontainers.utility.DockerImageName;

/**
 * A container with loopback as its only network, which runs one command to its end.
 *
 * @param image from which image
 * @param settings what it is given beside the defaults, or is not given
 */
record Box(String image, List<Consumer<CreateContainerCmd>> settings) {
  private static final ImagePullPolicy NEVER = name -> false;

  /** A box with the engine's limits. */
  static Box of(String image) {
    return new Box(image, List.of());
  }

  Box with(Consumer<CreateContainerCmd> setting) {
    List<Consumer<CreateContainerCmd>> all = new ArrayList<>(settings);
    all.add(setting);
    return new Box(image, all);
  }

  /**
   * How a command ended.
   *
   * @param exitCode its exit code
   * @param out standard output
   * @param err standard error
   * @param report the report that was copied out; empty when none was asked for
   */
  record Ended(long exitCode, String out, String err, String report) {
    Ended succeeded() {
      assertThat(exitCode).as("exit code; standard error: %s; output: %s", err, out).isZero();
      return this;
    }
  }

  /** Runs a command to its end. */
  Ended run(Duration limit, List<String> command) {
    return run(limit, command, "");
  }

  /** Runs a command to its end and copies one file out, if the path is not empty. */
  @SuppressWarnings("resource") // closed below
  Ended run(Duration limit, List<String> command, String reportPath) {
    try (GenericContainer<?> container = container(command)) {
      container.withStartupCheckStrategy(new UntilItEnds().withTimeout(limit)).start();
      long exitCode = exitCode(container);
      String out = container.getLogs(OutputType.STDOUT);
      String err = container.getLogs(OutputType.STDERR);
      String report = "";
      if (!reportPath.isEmpty()) {
        try {
          report = container.copyFileFromContainer(reportPath, Box::text);
        } catch (RuntimeException e) {
          throw new AssertionError(
              "ended with " + exitCode + " and without " + reportPath + ":\n" + out + err, e);
        }
      }
      return new Ended(exitCode, out, err, report);
    }
  }

  /** The exit code of a container that has ended. */
  static long exitCode(GenericContainer<?> container) {
    Long code = container.getCurrentContainerInfo().getState().getExitCodeLong();
    return Objects.requireNonNull(code);
  }

  private static String text(InputStream file) throws IOException {
    return new String(file.readAllBytes(), UTF_8);
  }

  /** A container that will run a command; the caller closes it. */
  GenericContainer<?> container(List<String> command) {
    return new GenericContainer<>(DockerImageName.parse(image))
        .withImagePullPolicy(NEVER)
        .withNetworkMode("none")
        .withLabels(Map.of(Leftovers.LABEL, Long.toString(ProcessHandle.current().pid())))
        .withCommand(command.toArray(String[]::new))
        .withCreateContainerCmdModifier(
            create -> settings.forEach(setting -> setting.accept(create)));
  }

  /** A container has started when it has ended, however that may be. */
  private static final class UntilItEnds extends StartupCheckStrategy {
    @Override
    public StartupStatus checkStartupState(DockerClient client, String id) {
      String status = getCurrentState(client, id).getStatus();
      return "exited".equals(status) || "dead".equals(status)
          ? StartupStatus.SUCCESSFUL
          : StartupStatus.NOT_YET_KNOWN;
    }
  }
}
