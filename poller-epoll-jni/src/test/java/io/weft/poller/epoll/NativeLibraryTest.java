package io.weft.poller.epoll;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.weft.PollerReport;
import io.weft.poller.epoll.NativeLibrary.Refusal;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: the library needs nothing, leaves nothing behind, and its absence is explained. */
class NativeLibraryTest {
  private static final int E_MACHINE_AT = 18;
  private static final boolean CI = "true".equals(System.getenv("CI"));
  private static final String HERE =
      System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch");

  @TempDir Path folder;

  @Test
  void itLoadsAndLeavesNothingBehind() throws IOException {
    try (InputStream library = library(HERE)) {
      assertThat(NativeLibrary.load(Objects.requireNonNull(library), folder)).isNull();
    }
    assertThat(new EpollNative().eventBytes()).isPositive();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aLibraryForAnotherMachineIsRefusedWithTheLoadersReason() throws IOException {
    byte[] bytes;
    try (InputStream library = library(HERE)) {
      bytes = Objects.requireNonNull(library).readAllBytes();
    }
    bytes[E_MACHINE_AT] ^= (byte) 0xff;

    Refusal refusal = NativeLibrary.load(new ByteArrayInputStream(bytes), folder);

    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).startsWith("the library does not load: ").contains("cause");
    assertThat(refusal.remedy()).isEqualTo("use nio");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsNamedWithTheRemedy() {
    Path absent = folder.resolve("absent");

    Refusal refusal = NativeLibrary.load(new ByteArrayInputStream(new byte[1]), absent);

    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).contains("cannot be written to " + absent, "NoSuchFile");
    assertThat(refusal.remedy()).isEqualTo("set WEFT_NATIVE_DIR to a directory that is writable");
  }

  @ParameterizedTest
  @CsvSource({"Windows 11, amd64", "Mac OS X, aarch64", "Linux, ppc64le"})
  void otherMachinesAreToldWhatEpollNeeds(String system, String architecture) {
    Refusal refusal = NativeLibrary.load(system, architecture, folder);

    assertThat(refusal).isNotNull();
    assertThat(refusal.reason())
        .isEqualTo(
            "epoll needs Linux on x86-64 or aarch64, and this is "
                + system
                + " on "
                + architecture);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x86_64", "aarch64"})
  void theLibraryNeedsNoOtherAndOffersNothingButItsCalls(String architecture) throws Exception {
    Path file = folder.resolve("library");
    try (InputStream library = library(architecture)) {
      boolean required = CI || architecture.equals(HERE);
      assumeThat(library != null || required).as("a compiler for " + architecture).isTrue();
      Files.copy(Objects.requireNonNull(library), file);
    }

    assertThat(run("readelf", "--file-header", file.toString()).toLowerCase(Locale.ROOT))
        .containsPattern("machine: .*" + architecture.replace('_', '.'));
    assertThat(run("readelf", "--dynamic", file.toString()))
        .contains("SYMTAB")
        .doesNotContain("NEEDED", "TEXTREL", "INIT");
    assertThat(run("readelf", "--program-headers", file.toString())).doesNotContain("INTERP");
    assertThat(run("nm", "--dynamic", "--undefined-only", file.toString())).isBlank();
    String prefix = "Java_io_weft_poller_epoll_EpollNative_";
    assertThat(run("nm", "--dynamic", "--defined-only", "--format=just-symbols", file.toString()))
        .isEqualTo(
            Stream.concat(
                    Stream.of("JNI_OnLoad\n"),
                    Arrays.stream(EpollNative.class.getDeclaredMethods())
                        .filter(method -> Modifier.isNative(method.getModifiers()))
                        .map(method -> prefix + method.getName() + "\n"))
                .sorted()
                .collect(Collectors.joining()));
  }

  /** Not Java's, which is here for one C library only: the loader is what differs. */
  private static final String LOADER =
      """
      #include <dlfcn.h>
      #include <stdio.h>
      int main(int count, char **words) {
        void *library = dlopen(words[1], RTLD_NOW);
        int (*create)(void *, void *) = library
            ? (int (*)(void *, void *)) dlsym(
                library, "Java_io_weft_poller_epoll_EpollNative_epollCreate")
            : 0;
        printf("%s\\n", !create ? dlerror() : create(0, 0) > 2 ? "called" : "failed");
        return 0;
      }
      """;

  @ParameterizedTest
  @CsvSource({"gcc, ld-linux", "musl-gcc, ld-musl"})
  void theSameFileLoadsBesideGlibcAndMusl(String compiler, String interpreter) throws Exception {
    boolean present = Files.isExecutable(Path.of("/usr/bin", compiler));
    assumeThat(present || CI).as(compiler).isTrue();
    Path file = folder.resolve("library.so");
    try (InputStream library = library(HERE)) {
      Files.copy(Objects.requireNonNull(library), file);
    }
    Path source = Files.writeString(folder.resolve("loader.c"), LOADER);
    String loader = folder.resolve("loader").toString();
    run(compiler, "-o", loader, source.toString());

    assertThat(run("readelf", "--program-headers", loader)).contains(interpreter);
    assertThat(run(loader, file.toString())).isEqualTo("called\n");
  }

  @Test
  void aJarWithoutTheLibrarySaysSo() throws Exception {
    Path classes = folder.resolve("classes");
    copyClasses(classes);

    assertThat(probe(List.of(), classes))
        .contains(
            "available=false",
            "this jar was built without the library for Linux on " + HERE,
            "open: io.weft.PollerUnavailableException",
            "where gcc compiles for " + HERE);
  }

  @Test
  void deniedNativeAccessIsAReasonAndNoCrash() throws Exception {
    assertThat(probe(List.of("--illegal-native-access=deny"), ownClasses()))
        .contains(
            "available=false",
            "native access is denied: ",
            "add --enable-native-access=ALL-UNNAMED",
            "open: io.weft.PollerUnavailableException");
  }

  @Test
  void aDirectoryMountedNoexecIsNamedWithTheRemedy() throws Exception {
    Path mount = Files.createDirectory(folder.resolve("mount"));
    List<String> inOwnNamespace =
        List.of(
            "unshare",
            "--map-root-user",
            "--mount",
            "sh",
            "-ec",
            "mount -t tmpfs -o noexec none " + mount + "; exec \"$@\"",
            "sh");
    Process trial = start(Stream.concat(inOwnNamespace.stream(), Stream.of("true")).toList());
    trial.getInputStream().readAllBytes();
    assumeThat(trial.waitFor() == 0 || CI).as("a mount of one's own").isTrue();

    assertThat(probe(inOwnNamespace, List.of(), ownClasses(), mount))
        .contains(
            "available=false",
            "nothing can be executed in " + mount,
            "mounted noexec",
            "set WEFT_NATIVE_DIR to a directory that is not mounted noexec");
  }

  @Test
  void theDirectoryCanBeNamedInTheEnvironment() throws Exception {
    List<String> access = List.of("--enable-native-access=ALL-UNNAMED");

    assertThat(probe(List.of(), access, ownClasses(), folder)).contains("available=true");
    assertThat(probe(List.of(), access, ownClasses(), folder.resolve("absent")))
        .contains("available=false", "cannot be written to " + folder.resolve("absent"));
  }

  private static InputStream library(String architecture) {
    return NativeLibrary.class.getResourceAsStream(
        "/META-INF/native/linux-" + architecture + "/libweft_epoll.so");
  }

  private static Path ownClasses() throws URISyntaxException {
    return codeOf(NativeLibrary.class);
  }

  private static Path codeOf(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static void copyClasses(Path to) throws Exception {
    Path from = ownClasses();
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path relative = from.relativize(file);
        if (!relative.startsWith("META-INF/native")) {
          Files.createDirectories(to.resolve(relative).getParent());
          Files.copy(file, to.resolve(relative.toString()));
        }
      }
    }
  }

  private String probe(List<String> options, Path classes) throws Exception {
    return probe(List.of(), options, classes, folder);
  }

  /** Runs {@link ProbeMain} with these classes of the adapter. */
  private static String probe(
      List<String> before, List<String> options, Path classes, Path directory) throws Exception {
    String path =
        Stream.of(classes, codeOf(ProbeMain.class), codeOf(PollerReport.class))
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", path, ProbeMain.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put(NativeLibrary.DIRECTORY_VARIABLE, directory.toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private static Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static String run(String... command) throws Exception {
    Process process = start(List.of(command));
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
