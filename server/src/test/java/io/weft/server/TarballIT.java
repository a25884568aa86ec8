package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: what is packed starts for anybody, from anywhere, and needs to write nothing. */
class TarballIT {
  private static final String JAVA_HOME = System.getProperty("java.home");
  private static final List<String> AS_NOBODY =
      List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

  @TempDir private Path folder;
  private Path root = Path.of("");

  @BeforeEach
  void unpack() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    String version;
    try (JarFile jar = new JarFile("target/weft.jar")) {
      version = jar.getManifest().getMainAttributes().getValue("Implementation-Version");
    }
    command("tar", "-xzf", "target/weft-" + version + ".tar.gz", "-C", folder.toString());
    root = folder.resolve("weft-" + version);
    command("chmod", "-R", "a-w", root.toString());
  }

  @Test
  void itsExampleRunsIsReadAgainAndDrains() throws Exception {
    String example = Files.readString(root.resolve("config/weft.yaml"));
    String free = example.replaceAll("(listen|admin): (\\S+):\\d+", "$1: $2:0");
    Path config = Files.writeString(folder.resolve("weft.yaml"), free);

    try (WeftProcess weft = weft(launcher(), "run", "--config", config.toString())) {
      String ready = lineOf(weft, "ready: echo on ");
      talk(Integer.parseInt(ready.replaceAll(".*tcp://127\\.0\\.0\\.1:(\\d+) .*", "$1")));
      Files.writeString(
          config, free + "  - {name: more, type: echo, listen: 'tcp://127.0.0.1:0'}\n");
      weft.reload();
      assertThat(lineOf(weft, "reloaded: ")).contains(config + ": +1 service, +1 listener");
      weft.terminate();
      assertThat(weft.exitCode()).as("exit code; standard error: %s", weft.err()).isZero();
    }
  }

  @Test
  void itStartsThroughSymbolicLinks() throws Exception {
    Path links = Files.createDirectories(folder.resolve("some bin"));
    Files.createSymbolicLink(links.resolve("first"), launcher());
    Path second = Files.createSymbolicLink(links.resolve("second"), Path.of("first"));

    assertThat(said(weft(second, "--version"), 0)).startsWith("weft ");
  }

  @Test
  void itTakesTheJavaOfThePathAndOptionsForTheJvm() throws Exception {
    List<String> command =
        List.of("env", "-u", "JAVA_HOME", "PATH=" + JAVA_HOME + "/bin:/usr/bin:/bin");
    WeftProcess weft =
        process(command, "JAVA_OPTS=-Xmx64m -XshowSettings:vm", launcher(), "--version");

    assertThat(said(weft, 0)).contains("Max. Heap Size: 64.00M", "\nweft ");
  }

  @Test
  void itSaysWhichJavaItNeeds() throws Exception {
    String remedy = ": install Java 25 or newer, or set JAVA_HOME to it";
    Path old = Files.createDirectories(folder.resolve("old/bin"));
    Path java = old.resolve("java");
    Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"17.0.15\" 2025-04-15' >&2\n");
    assertThat(java.toFile().setExecutable(true, false)).isTrue();

    assertThat(said(process(List.of("env"), "JAVA_HOME=" + folder.resolve("old"), launcher()), 1))
        .isEqualTo("weft: " + java + " is Java 17" + remedy);
    assertThat(said(process(List.of("env"), "JAVA_HOME=/nowhere", launcher()), 1))
        .isEqualTo("weft: JAVA_HOME is /nowhere, where no bin/java is" + remedy);
    assertThat(said(process(List.of("env", "-u", "JAVA_HOME"), "PATH=/nowhere", launcher()), 1))
        .isEqualTo("weft: there is no java on the PATH" + remedy);
  }

  private Path launcher() {
    return root.resolve("bin/weft");
  }

  private static WeftProcess weft(Path launcher, String... args) throws IOException {
    return process(List.of("env"), "JAVA_HOME=" + JAVA_HOME, launcher, args);
  }

  /** Root may write everywhere: then the process is somebody else's. */
  private static WeftProcess process(
      List<String> env, String variable, Path launcher, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(AS_NOBODY);
    }
    command.addAll(env);
    command.add(variable);
    command.add(launcher.toString());
    command.addAll(List.of(args));
    return WeftProcess.command(command);
  }

  private static String said(WeftProcess weft, int exitCode) throws InterruptedException {
    try (weft) {
      assertThat(weft.exitCode())
          .as("exit code; standard error: %s", weft.err())
          .isEqualTo(exitCode);
      return String.join("\n", Stream.concat(weft.err().stream(), weft.rest().stream()).toList());
    }
  }

  private static String lineOf(WeftProcess weft, String prefix) throws InterruptedException {
    String line = weft.line();
    while (!line.startsWith(prefix)) {
      line = weft.line();
    }
    return line;
  }

  private static void talk(int port) throws IOException {
    byte[] hello = "hello, weft".getBytes(StandardCharsets.UTF_8);
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.getOutputStream().write(hello);
      socket.shutdownOutput();
      assertThat(socket.getInputStream().readAllBytes()).isEqualTo(hello);
    }
  }

  private static void command(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).as("exit code of %s", List.of(command)).isZero();
  }
}
