package io.weft.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.server.wire.Decoded.Done;
import io.weft.server.wire.Decoded.Malformed;
import io.weft.server.wire.Decoded.More;
import io.weft.server.wire.ProxyHeader.Command;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Goal: what is written is read as it was meant, and whatever else arrives gets a verdict: no
 * exception, no byte beyond the buffer, the same for every way to cut it.
 */
class ProxyHeaderFuzzTest {
  private static final long SEED = 20_260_301;
  private static final int ROUNDS = 10_000;
  private static final List<Transport> TRANSPORTS = List.of(Transport.values());

  @Test
  void whatIsWrittenIsReadAgain() {
    RandomGenerator random = new Random(SEED);
    Map<Transport, Integer> seen = new EnumMap<>(Transport.class);
    for (int round = 0; round < ROUNDS; round++) {
      ProxyHeader header = header(random);
      byte[] two = bytes(ProxyVersion.V2.encode(header));
      Decoded<ProxyHeader> read = EveryWay.header(two);
      assertThat(value(read, round, two.length).withTlvs(ProxyHeader.NO_TLVS))
          .as("version 2, round %d of seed %d", round, SEED)
          .isEqualTo(asTold(header).withTlvs(ProxyHeader.NO_TLVS));
      // with a checksum that is right now
      assertThat(ProxyVersion.V2.encode(value(read, round, two.length)).remaining())
          .isEqualTo(header.command() == Command.LOCAL ? 16 : two.length);

      byte[] one = bytes(ProxyVersion.V1.encode(header));
      assertThat(value(EveryWay.header(one), round, one.length))
          .as("version 1, round %d of seed %d", round, SEED)
          .isEqualTo(asLine(header));
      seen.merge(header.transport(), 1, Integer::sum);
    }
    assertThat(seen).containsOnlyKeys(Transport.values());
  }

  @Test
  void whateverArrivesGetsOneVerdict() {
    RandomGenerator random = new Random(SEED);
    int[] verdicts = new int[3];
    for (int round = 0; round < ROUNDS; round++) {
      ProxyVersion version = random.nextBoolean() ? ProxyVersion.V1 : ProxyVersion.V2;
      byte[] bytes = EveryWay.mutated(bytes(version.encode(header(random))), random);
      switch (EveryWay.header(bytes)) {
        case More<ProxyHeader> _ -> verdicts[0]++;
        case Malformed<ProxyHeader>(String reason) -> {
          assertThat(reason).as("round %d", round).matches("[ -~]{1,200}");
          verdicts[1]++;
        }
        case Done<ProxyHeader>(ProxyHeader header, _) -> {
          byte[] again = bytes(ProxyVersion.V2.encode(header));
          assertThat(value(EveryWay.header(again), round, again.length).source())
              .as("round %d of seed %d", round, SEED)
              .isEqualTo(header.source());
          verdicts[2]++;
        }
      }
    }
    assertThat(IntStream.of(verdicts))
        .as("more, malformed, done")
        .allMatch(count -> count > ROUNDS / 20);
  }

  @Test
  void noiseIsNoHeader() {
    RandomGenerator random = new Random(SEED);
    byte[] begin = bytes(ProxyV2.SIGNATURE.duplicate());
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      System.arraycopy(
          begin, 0, bytes, 0, random.nextInt(Math.min(begin.length, bytes.length) + 1));
      EveryWay.header(bytes);
    }
  }

  /** What a reader of version 2 can know of a header. */
  private static ProxyHeader asTold(ProxyHeader header) {
    return header.command() == Command.LOCAL ? ProxyHeader.unknown(Command.LOCAL) : header;
  }

  /** What a reader of version 1 can know of a header. */
  private static ProxyHeader asLine(ProxyHeader header) {
    Transport transport = header.transport();
    return transport == Transport.TCP4 || transport == Transport.TCP6
        ? new ProxyHeader(
            Command.PROXY, transport, header.source(), header.destination(), ProxyHeader.NO_TLVS)
        : ProxyHeader.unknown(Command.PROXY);
  }

  private static ProxyHeader value(Decoded<ProxyHeader> decoded, int round, int bytes) {
    if (decoded instanceof Done<ProxyHeader>(ProxyHeader header, int taken) && taken == bytes) {
      return header;
    }
    throw new AssertionError("round " + round + " of seed " + SEED + ": " + decoded);
  }

  private static ProxyHeader header(RandomGenerator random) {
    Transport transport = TRANSPORTS.get(random.nextInt(TRANSPORTS.size()));
    SocketAddress source = address(transport, random);
    SocketAddress destination = address(transport, random);
    Command command = random.nextInt(8) == 0 ? Command.LOCAL : Command.PROXY;
    return new ProxyHeader(command, transport, source, destination, tlvs(random));
  }

  private static @Nullable SocketAddress address(Transport transport, RandomGenerator random) {
    return switch (transport) {
      case UNSPEC -> null;
      case TCP4, UDP4 -> ip(4, random);
      case TCP6, UDP6 -> ip(16, random);
      case UNIX_STREAM, UNIX_DGRAM -> path(random);
    };
  }

  private static SocketAddress ip(int length, RandomGenerator random) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    // runs of zeros, for the short forms
    for (int zeros = random.nextInt(length); zeros > 0; zeros--) {
      bytes[random.nextInt(length)] = 0;
    }
    if (length == 16 && random.nextInt(8) == 0) {
      bytes = IpLiteral.mapped(IpLiteral.of(Arrays.copyOf(bytes, 4)));
    }
    return new InetSocketAddress(IpLiteral.of(bytes), random.nextInt(0x10000));
  }

  private static SocketAddress path(RandomGenerator random) {
    StringBuilder path = new StringBuilder(random.nextBoolean() ? "@" : "/");
    for (int length = random.nextInt(108); path.length() < length; ) {
      path.append((char) random.nextInt('a', 'z' + 1));
    }
    return UnixDomainSocketAddress.of(path.toString());
  }

  private static ByteBuffer tlvs(RandomGenerator random) {
    ByteBuffer tlvs = ByteBuffer.allocate(256);
    boolean checked = false;
    for (int count = random.nextInt(4); count > 0; count--) {
      boolean checksum = !checked && random.nextBoolean();
      checked |= checksum;
      byte[] value = new byte[checksum ? 4 : random.nextInt(40)];
      random.nextBytes(value);
      tlvs.put((byte) (checksum ? 3 : 0xe0)).putShort((short) value.length).put(value);
    }
    return tlvs.flip();
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
