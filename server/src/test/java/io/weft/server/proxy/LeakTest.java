package io.weft.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: a session leaves nothing behind, however it ended. */
@ParameterizedClass
@MethodSource("io.weft.server.proxy.Runner#pollers")
class LeakTest {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private final Runner runner;

  LeakTest(Runner runner) {
    this.runner = runner;
  }

  @Test
  void descriptorsComeBack() throws Exception {
    try (Backend backend = Backend.tcp()) {
      Setup setup = Setup.to(backend);
      try (TestingProxy proxy = new TestingProxy(runner, setup)) {
        sessions(proxy, backend);
        long before = descriptors();
        for (int i = 0; i < 10; i++) {
          sessions(proxy, backend);
        }
        long begin = System.nanoTime();
        while ((descriptors() > before || proxy.service().openCount() > 0)
            && System.nanoTime() - begin < 10_000_000_000L) {
          Thread.onSpinWait();
        }
        assertThat(descriptors()).isLessThanOrEqualTo(before);
        assertThat(proxy.service().openCount()).isZero();
      }
    }
  }

  private static void sessions(TestingProxy proxy, Backend backend) throws Exception {
    try (Plain client = proxy.dial();
        Plain server = backend.accept()) {
      client.say(new byte[300_000 - 1]);
      client.end();
      assertThat(server.isReset()).isFalse();
      server.end();
      client.hearTheEndAfter("");
    }
    try (Plain client = proxy.dial();
        Plain server = backend.accept()) {
      client.reset();
      assertThat(server.isReset()).isTrue();
    }
    try (Plain client = proxy.dial();
        Plain server = backend.accept()) {
      client.say("unread");
      server.reset();
      assertThat(client.isReset()).isTrue();
    }
    for (int i = 0; i < 3; i++) {
      proxy.session();
    }
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(DESCRIPTORS)) {
      return open.count();
    }
  }
}
