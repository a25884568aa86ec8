package io.weft.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.server.wire.Decoded.Done;
import io.weft.server.wire.Decoded.Malformed;
import io.weft.server.wire.Decoded.More;
import java.util.Locale;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Goal: a name that was sent is found, and whatever else arrives gets a verdict: no exception, no
 * byte beyond the buffer, the same for every way to cut it.
 */
class ClientHelloFuzzTest {
  private static final long SEED = 20_260_303;
  private static final int ROUNDS = 10_000;
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_";

  @Test
  void theNameThatIsSentIsFound() {
    RandomGenerator random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      String name = random.nextInt(10) == 0 ? null : name(random);
      String expected = name == null ? null : name.toLowerCase(Locale.ROOT);
      assertThat(EveryWay.hello(hello(name, random)))
          .as("round %d of seed %d", round, SEED)
          .isEqualTo(new Done<>(new ClientHello(true, expected), 0));
    }
  }

  @Test
  void whateverArrivesGetsOneVerdict() throws Exception {
    RandomGenerator random = new Random(SEED);
    byte[][] real = {
      Hellos.ofJdk("www.example.org", "TLSv1.3", "TLSv1.2"), Hellos.ofJdk("a.b", "TLSv1.2")
    };
    int[] verdicts = new int[4];
    for (int round = 0; round < ROUNDS; round++) {
      byte[] hello = random.nextInt(4) == 0 ? real[round % 2] : hello(name(random), random);
      switch (EveryWay.hello(EveryWay.mutated(hello, random))) {
        case More<ClientHello> _ -> verdicts[0]++;
        case Malformed<ClientHello>(String reason) -> {
          assertThat(reason).as("round %d", round).matches("[ -~]{1,200}");
          verdicts[1]++;
        }
        case Done<ClientHello>(ClientHello(boolean tls, String name), int bytes) -> {
          assertThat(bytes).isZero();
          assertThat(name == null || name.matches("[!-~&&[^A-Z]]{1,253}")).as(name).isTrue();
          verdicts[tls ? 2 : 3]++;
        }
      }
    }
    assertThat(IntStream.of(verdicts))
        .as("more, malformed, TLS, not TLS")
        .allMatch(count -> count > ROUNDS / 100);
  }

  @Test
  void noiseBehindAPlausibleBeginGetsOneVerdict() {
    RandomGenerator random = new Random(SEED);
    byte[] begin = Hellos.ofName("a");
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = new byte[random.nextInt(120)];
      random.nextBytes(bytes);
      int kept = random.nextInt(Math.min(begin.length, bytes.length) + 1);
      System.arraycopy(begin, 0, bytes, 0, kept);
      EveryWay.hello(bytes);
    }
  }

  private static String name(RandomGenerator random) {
    StringBuilder name = new StringBuilder();
    for (int length = random.nextInt(1, 60); name.length() < length; ) {
      boolean dot = name.length() % 7 == 6 && name.length() < length - 1;
      name.append(dot ? '.' : LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return name.toString();
  }

  /** Extensions in any number and place, in records of any size. */
  private static byte[] hello(@Nullable String name, RandomGenerator random) {
    byte[][] extensions = new byte[random.nextInt(1, 6)][];
    for (int i = 0; i < extensions.length; i++) {
      byte[] data = new byte[random.nextInt(30)];
      random.nextBytes(data);
      extensions[i] = Hellos.extension(random.nextInt(1, 0x10000), data);
    }
    if (name != null) {
      extensions[random.nextInt(extensions.length)] =
          Hellos.extension(Hellos.SERVER_NAME, Hellos.names(Hellos.host(name)));
    }
    byte[] message = Hellos.message(Hellos.body(extensions));
    return Hellos.records(message, random.nextInt(1, 400));
  }
}
