package io.weft.server.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program of another project that runs for one test: as nobody where the test is root, with its
 * files in one directory.
 */
final class Program implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;
  private static final long PAUSE_MILLIS = 10;
  // where a user's PATH does not look
  private static final String MORE_PATH = "/usr/local/sbin:/usr/sbin:/sbin";
  private static final boolean IS_ROOT = System.getProperty("user.name").equals("root");
  private static final List<String> AS_NOBODY =
      List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups");

  private final Process process;
  private final Path said;

  private Program(Process process, Path said) {
    this.process = process;
    this.said = said;
  }

  /** Skips the test where one of them is not installed; with CI=true it fails. */
  static void require(String... names) {
    List<String> missing = Stream.of(names).filter(name -> find(name).isEmpty()).toList();
    if ("true".equals(System.getenv("CI"))) {
      assertThat(missing).as("programs that are not installed").isEmpty();
    }
    assumeThat(missing).as("programs that are not installed").isEmpty();
  }

  private static Optional<Path> find(String name) {
    String path = System.getenv("PATH") + File.pathSeparator + MORE_PATH;
    return Stream.of(path.split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** A port on loopback that is free just now. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, loopback())) {
      return socket.getLocalPort();
    }
  }

  static InetAddress loopback() {
    return InetAddress.ofLiteral("127.0.0.1");
  }

  /**
   * Starts a server by its command line, words between spaces, and waits until it listens on the
   * port.
   */
  static Program serve(Path directory, int port, String command) throws Exception {
    Program program = start(directory, command);
    long begin = System.nanoTime();
    while (!isOpen(port)) {
      boolean ended = program.process.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      if (ended || System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
        program.close();
        throw new AssertionError(command + " does not listen: " + program.said());
      }
    }
    return program;
  }

  /** Runs a client to its end, which has to be a good one, and returns what it said. */
  static String run(Path directory, String command) throws Exception {
    try (Program program = start(directory, command)) {
      assertThat(program.process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(program.process.exitValue())
          .as("exit code of %s, which said: %s", command, program.said())
          .isZero();
      return program.said();
    }
  }

  private static Program start(Path directory, String command) throws IOException {
    List<String> words = new ArrayList<>(IS_ROOT ? AS_NOBODY : List.of());
    if (IS_ROOT) {
      Files.setOwner(
          directory,
          directory
              .getFileSystem()
              .getUserPrincipalLookupService()
              .lookupPrincipalByName("nobody"));
    }
    String[] given = command.split(" ", -1);
    words.add(find(given[0]).orElseThrow().toString());
    words.addAll(List.of(given).subList(1, given.length));
    Path said = Files.createTempFile(directory, given[0], ".said");
    Process process =
        new ProcessBuilder(words)
            .directory(directory.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    return new Program(process, said);
  }

  private static boolean isOpen(int port) {
    try (Socket socket = new Socket(loopback(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  String said() throws IOException {
    return Files.readString(said);
  }

  /** Ends it by SIGKILL, and waits for that. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().completeOnTimeout(process, PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    kill();
  }
}
