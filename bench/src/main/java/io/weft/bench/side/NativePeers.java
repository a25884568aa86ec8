package io.weft.bench.side;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Builds the peers that are not written in Java, where their compilers are installed. */
final class NativePeers {
  private final Path sources;
  private final Path binaries;

  NativePeers(Path root) {
    sources = root.resolve("bench/peers");
    binaries = root.resolve("bench/target/peers");
  }

  Candidate c(String name, String description, String file, String... libraries)
      throws IOException, InterruptedException {
    Path source = sources.resolve(file + ".c");
    Path binary = binaries.resolve(file);
    Optional<Path> gcc = find("gcc");
    String unavailable = "no C compiler: install gcc";
    if (gcc.isPresent()) {
      List<String> command =
          new ArrayList<>(
              List.of(gcc.get().toString(), "-O2", "-o", binary.toString(), source.toString()));
      command.addAll(List.of(libraries));
      unavailable = build(source, binary, command, Map.of());
    }
    return new Candidate(
        name, description, List.of(binary.toString(), "0"), Map.of(), false, unavailable);
  }

  Candidate go(String name, String description) throws IOException, InterruptedException {
    Path source = sources.resolve("echo.go");
    Path binary = binaries.resolve("go_echo");
    Optional<Path> go = go();
    String unavailable = "no Go toolchain: install golang-go";
    if (go.isPresent()) {
      unavailable =
          build(
              source,
              binary,
              List.of(go.get().toString(), "build", "-o", binary.toString(), source.toString()),
              Map.of("GOTOOLCHAIN", "local", "GOFLAGS", "-buildvcs=false"));
    }
    return new Candidate(
        name,
        description,
        List.of(binary.toString(), "0"),
        Map.of("GOMAXPROCS", "1"),
        false,
        unavailable);
  }

  /** The go on the PATH, or where Debian and Go's own archives put it. */
  static Optional<Path> go() throws IOException {
    Optional<Path> onPath = find("go");
    if (onPath.isPresent()) {
      return onPath;
    }
    List<Path> places = new ArrayList<>(List.of(Path.of("/usr/local/go/bin/go")));
    try (DirectoryStream<Path> found = Files.newDirectoryStream(Path.of("/usr/lib"), "go-*")) {
      found.forEach(place -> places.add(place.resolve("bin/go")));
    }
    return places.stream().filter(Files::isExecutable).max(Path::compareTo);
  }

  static Optional<Path> find(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Why it cannot be built; null when it is. */
  private @Nullable String build(
      Path source, Path binary, List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    if (Files.exists(binary)
        && Files.getLastModifiedTime(binary).compareTo(Files.getLastModifiedTime(source)) > 0) {
      return null;
    }
    Files.createDirectories(binaries);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() == 0) {
      return null;
    }
    return said.contains("liburing.h")
        ? "no liburing: install liburing-dev"
        : "does not build: " + said.lines().findFirst().orElse("no reason given");
  }
}
