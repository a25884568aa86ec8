package io.weft.architecture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Provides;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Goal: what runs on the class path here runs on a user's module path as well. */
class ModulePathTest {
  private static final List<String> NAMES =
      List.of(
          "io.weft",
          "io.weft.poller.nio",
          "io.weft.poller.epoll",
          "io.weft.poller.iouring",
          "io.weft.guice",
          "io.weft.server");

  /** The reactor's own modules: jars when they are packaged, else folders of classes. */
  private static final List<ModuleReference> MODULES =
      Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
          .map(Path::of)
          .filter(entry -> entry.startsWith(SourceTree.ROOT) && Files.exists(entry))
          .flatMap(entry -> ModuleFinder.of(entry).findAll().stream())
          .filter(module -> !module.descriptor().isAutomatic())
          .toList();

  @Test
  void everyDeployedModuleWithSourcesHasADescriptor() {
    List<String> expected = new ArrayList<>();
    for (int index = 0; index < NAMES.size(); index++) {
      if (!SourceTree.mainClasses(SourceTree.DEPLOYED.get(index)).isEmpty()) {
        expected.add(NAMES.get(index));
      }
    }
    assertThat(MODULES)
        .map(module -> module.descriptor().name())
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void theApiRequiresTheBaseModuleOnlyAndExportsItsTwoPackages() {
    ModuleDescriptor api = descriptor("io.weft");
    assertThat(runTimeNeeds(api)).containsExactly("java.base");
    assertThat(api.exports().stream().filter(exports -> !exports.isQualified()))
        .map(Exports::source)
        .containsExactlyInAnyOrder("io.weft", "io.weft.spi");
    assertThat(api.isOpen()).isFalse();
  }

  @Test
  void anAdapterRequiresTheApiAndTheJdkOnlyAndProvidesAPoller() {
    for (ModuleReference module : MODULES) {
      if (module.descriptor().name().startsWith("io.weft.poller.")) {
        assertThat(runTimeNeeds(module.descriptor()))
            .contains("io.weft")
            .allMatch(name -> name.matches("io\\.weft|(java|jdk)\\..+"));
        assertThat(module.descriptor().provides())
            .map(Provides::service)
            .contains("io.weft.spi.PollerProvider");
      }
    }
  }

  @Test
  void servicesAreTheSameOnClassPathAndModulePath() throws IOException {
    for (ModuleReference module : MODULES) {
      for (Provides provides : module.descriptor().provides()) {
        assertThat(servicesFile(module, provides.service()))
            .as("META-INF/services/%s of %s", provides.service(), module.descriptor().name())
            .containsExactlyElementsOf(provides.providers());
      }
    }
  }

  @Test
  void theModulesOfAPlainUserResolveAndAreFound() throws Exception {
    String path = modulePath("io.weft", "io.weft.poller.");
    assumeThat(path).as("module path of api and adapters").isNotEmpty();
    Path program = Path.of(resource("/module-path/Probe.java"));
    Result result =
        java("--module-path", path, "--add-modules", "ALL-MODULE-PATH", program.toString());
    assertThat(result.status).as(result.output).isZero();
    assertThat(result.output).contains("module io.weft", "nio");
  }

  @Test
  void anAdapterWithNativeCodeAsksForAccessByItsOwnName() throws Exception {
    String path = modulePath("io.weft", "io.weft.poller.epoll");
    assumeThat(path).as("module path of api and adapter").isNotEmpty();
    String program = Path.of(resource("/module-path/Probe.java")).toString();
    String grant = "--enable-native-access=io.weft.poller.epoll";
    List<String> options =
        List.of("--module-path", path, "--add-modules", "ALL-MODULE-PATH", program);

    String denied = java(with("--illegal-native-access=deny", options)).output;
    assertThat(denied).contains("name=epoll");
    assumeThat(denied.contains("was built without") && !"true".equals(System.getenv("CI")))
        .as("built without a C compiler")
        .isFalse();
    assertThat(denied).contains("available=false", "native access is denied", "add " + grant);
    assertThat(java(with(grant, options)).output)
        .contains("name=epoll, available=true")
        .doesNotContain("WARNING");
  }

  private static String[] with(String option, List<String> options) {
    return Stream.concat(Stream.of(option), options.stream()).toArray(String[]::new);
  }

  @Test
  void theServersModuleGraphResolves() throws Exception {
    Path target = SourceTree.ROOT.resolve("server/target");
    assumeThat(SourceTree.mainClasses("server")).isNotEmpty();
    if (!"true".equals(System.getenv("CI"))) {
      assumeThat(target.resolve("lib")).as("packaged by mvn verify").isDirectory();
    }
    String path = target.resolve("weft.jar") + File.pathSeparator + target.resolve("lib");
    Result result =
        java("--module-path", path, "--dry-run", "-m", "io.weft.server/io.weft.server.Main");
    assertThat(result.status).as(result.output).isZero();
  }

  private static ModuleDescriptor descriptor(String name) {
    List<ModuleDescriptor> found =
        MODULES.stream()
            .map(ModuleReference::descriptor)
            .filter(descriptor -> descriptor.name().equals(name))
            .toList();
    assumeThat(SourceTree.mainClasses("api")).isNotEmpty();
    assertThat(found).as("module %s", name).hasSize(1);
    return found.getFirst();
  }

  private static SortedSet<String> runTimeNeeds(ModuleDescriptor descriptor) {
    return descriptor.requires().stream()
        .filter(requires -> !requires.modifiers().contains(Requires.Modifier.STATIC))
        .map(Requires::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<String> servicesFile(ModuleReference module, String service)
      throws IOException {
    try (var reader = module.open();
        var file = reader.open("META-INF/services/" + service).orElse(null)) {
      return file == null
          ? List.of()
          : new String(file.readAllBytes(), UTF_8)
              .lines()
              .map(line -> line.replaceFirst("#.*", "").strip())
              .filter(line -> !line.isEmpty())
              .toList();
    }
  }

  /** The locations of modules with this name, or a name that begins like this. */
  private static String modulePath(String name, String prefix) {
    return MODULES.stream()
        .filter(
            module ->
                module.descriptor().name().equals(name)
                    || module.descriptor().name().startsWith(prefix))
        .map(module -> Path.of(module.location().orElseThrow()).toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static URI resource(String name) throws Exception {
    var resource = ModulePathTest.class.getResource(name);
    assertThat(resource).as(name).isNotNull();
    return resource.toURI();
  }

  private record Result(int status, String output) {}

  private static Result java(String... arguments) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command = Stream.concat(Stream.of(java), Arrays.stream(arguments)).toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Result(process.waitFor(), output);
  }
}
