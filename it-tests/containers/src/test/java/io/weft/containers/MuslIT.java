package io.weft.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Goal: one file serves glibc and musl. The suite runs on a JDK for musl where an image has one; at
 * the least a program on musl alone loads the library.
 */
@ContainerTest
class MuslIT {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @Test
  void theLibraryOfEpollLoadsInAContainerThatHasMuslAlone()
      throws IOException, InterruptedException {
    Path compiler = Path.of("/usr/bin/musl-gcc");
    assumeThat(Files.isExecutable(compiler) || "true".equals(System.getenv("CI")))
        .as("musl-gcc is here")
        .isTrue();
    String architecture = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64";
    Path context = Files.createDirectories(Path.of("target", "musl"));
    String module = "it-tests/containers/";
    Script.run(
        compiler.toString(), "-o", module + context.resolve("load"), module + "src/test/c/load.c");
    String loader = "lib/ld-musl-" + architecture + ".so.1";
    Files.createDirectories(context.resolve("lib"));
    Files.copy(
        Path.of("/").resolve(loader), context.resolve(loader), StandardCopyOption.REPLACE_EXISTING);
    String library = "/META-INF/native/linux-" + architecture + "/libweft_epoll.so";
    try (var in = Objects.requireNonNull(MuslIT.class.getResourceAsStream(library))) {
      Files.copy(in, context.resolve("libweft_epoll.so"), StandardCopyOption.REPLACE_EXISTING);
    }

    String image = Images.build("weft-musl", "musl", module + context);
    try {
      assertThat(Box.of(image).run(LIMIT, List.of()).succeeded().out())
          .isEqualTo("an epoll instance is open\n");
    } finally {
      Images.remove(image);
    }
  }

  @TestFactory
  Stream<DynamicNode> suiteOnLoops(Images images)
      throws IOException, InterruptedException, XMLStreamException {
    return rows(images, "on-loop");
  }

  @TestFactory
  Stream<DynamicNode> suiteOnTheJdksScheduler(Images images)
      throws IOException, InterruptedException, XMLStreamException {
    return rows(images, "jdk");
  }

  private static Stream<DynamicNode> rows(Images images, String scheduling)
      throws IOException, InterruptedException, XMLStreamException {
    Optional<String> image = images.suiteOnMusl();
    if (image.isEmpty()) {
      return Stream.of(
          DynamicTest.dynamicTest(
              "the suite on musl", () -> abort("no image has a JDK for musl here")));
    }
    Box box = Box.of(image.get()).with(Limits.ipv6());
    Stream<DynamicNode> tests = Stream.empty();
    for (String poller : List.of("nio", "epoll", "io_uring")) {
      Box own = poller.equals("io_uring") ? box.with(Limits.shippedProfile()) : box;
      Stream<DynamicNode> row = new Row("musl", Suite.whole(poller, scheduling), own).tests();
      tests = Stream.concat(tests, row);
    }
    return tests;
  }
}
