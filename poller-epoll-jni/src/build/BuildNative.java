import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles the C file for each architecture that a compiler is here for: {@code java
 * BuildNative.java SOURCE HEADERS OUTPUT}. Run by the build on the JDK that compiles, so that its
 * JNI headers are found.
 *
 * <p>Without a compiler the build goes on, and the adapter reports itself unavailable; with {@code
 * CI=true} that is an error, so that nothing is published that lacks a half.
 */
final class BuildNative {
  private static final List<String> FLAGS =
      List.of(
          "-std=c11 -O2 -Wall -Wextra -Werror -Wno-unused-parameter",
          // no library, and nothing that would need one
          "-fPIC -shared -ffreestanding -nostdlib -fno-stack-protector -fvisibility=hidden",
          // undefined symbols are errors; the same source gives the same file
          "-Wl,-z,defs -Wl,-z,noexecstack -Wl,-z,relro,-z,now -Wl,--build-id=none");

  private record Architecture(String name, List<String> compilers) {}

  private static final List<Architecture> ARCHITECTURES =
      List.of(
          new Architecture("x86_64", List.of("gcc", "x86_64-linux-gnu-gcc")),
          new Architecture("aarch64", List.of("gcc", "aarch64-linux-gnu-gcc")));

  private final Path source;
  private final Path headers;
  private final Path output;

  private BuildNative(String[] args) {
    source = Path.of(args[0]);
    headers = Path.of(args[1]);
    output = Path.of(args[2]);
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    BuildNative build = new BuildNative(args);
    boolean complete = true;
    for (Architecture architecture : ARCHITECTURES) {
      complete &= build.compile(architecture);
    }
    if (!complete && "true".equals(System.getenv("CI"))) {
      System.err.println("epoll: CI=true, and a library is missing");
      System.exit(1);
    }
  }

  private boolean compile(Architecture architecture) throws IOException, InterruptedException {
    Path library = output.resolve("linux-" + architecture.name).resolve("libweft_epoll.so");
    Files.deleteIfExists(library);
    for (String compiler : architecture.compilers) {
      if (targets(compiler, architecture.name)) {
        Files.createDirectories(library.getParent());
        run(compiler, library);
        System.out.println("epoll: " + library.getFileName() + " for " + architecture.name);
        return true;
      }
    }
    System.out.printf(
        "epoll: none of %s is here and compiles for Linux on %s: there epoll will report itself"
            + " unavailable%n",
        architecture.compilers, architecture.name);
    return false;
  }

  private static boolean targets(String compiler, String architecture)
      throws InterruptedException, IOException {
    Process process;
    try {
      process = new ProcessBuilder(compiler, "-dumpmachine").redirectErrorStream(true).start();
    } catch (IOException e) {
      return false; // it is not installed
    }
    String machine = new String(process.getInputStream().readAllBytes()).strip();
    return process.waitFor() == 0 && machine.startsWith(architecture) && machine.contains("linux");
  }

  private void run(String compiler, Path library) throws IOException, InterruptedException {
    Path include = Path.of(System.getProperty("java.home"), "include");
    List<String> command = new ArrayList<>(List.of(compiler));
    FLAGS.forEach(flags -> command.addAll(List.of(flags.split(" "))));
    command.addAll(List.of("-I", include.toString(), "-I", include.resolve("linux").toString()));
    command.addAll(List.of("-I", headers.toString(), "-o", library.toString(), source.toString()));
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (status != 0) {
      System.err.printf(
          "epoll: %s failed with %d; it needs the C library's headers, too (libc6-dev)%n",
          String.join(" ", command), status);
      System.exit(1);
    }
  }
}
