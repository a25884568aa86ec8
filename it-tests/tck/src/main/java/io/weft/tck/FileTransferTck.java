package io.weft.tck;

import static io.weft.Network.TCP;
import static io.weft.Network.UNIX;
import static io.weft.Network.UNIXPACKET;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.spi.Errno;
import io.weft.tck.FaultPlan.Call;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;

/**
 * Goal: a file of any size is sent as it is, however it goes, and the count of what was sent is
 * exact whatever ends it.
 */
@Tck
class FileTransferTck {
  private static final int MIB = 1024 * 1024;

  /** A file, and a connection that it is sent on. */
  private static final class Sending implements AutoCloseable {
    final FaultPlan plan = new FaultPlan();
    final TestingNet net;
    final ConnPair pair;
    final byte[] data;
    final Path path;
    final FileChannel file;

    Sending(TestingNet suite, int bytes) throws Exception {
      net = suite.another(plan);
      pair = net.pair();
      data = Traffic.randomBytes(net.random(), bytes);
      path = Files.createTempFile("weft-tck", ".data");
      Files.write(path, data);
      file = FileChannel.open(path);
      file.position(3);
    }

    Task<Long> start(long position, long count) throws Exception {
      return net.start(pair.client(), () -> pair.client().transferFrom(file, position, count));
    }

    void assertArrives(int position, long count, int sent) throws Exception {
      Task<byte[]> reader = net.start(pair.server(), () -> Traffic.readFully(pair.server(), sent));
      assertThat(start(position, count).join()).isEqualTo(sent);
      assertThat(Arrays.equals(reader.join(), Arrays.copyOfRange(data, position, position + sent)))
          .isTrue();
      assertThat(file.position()).isEqualTo(3);
    }

    /** After the end of a sending from the beginning: exactly so much has arrived. */
    void assertArrived(int sent) throws Exception {
      pair.client().closeWrite();
      byte[] got = net.start(pair.server(), () -> Traffic.readAll(pair.server())).join();
      assertThat(got).hasSize(sent);
      assertThat(Arrays.equals(got, 0, sent, data, 0, sent)).isTrue();
      assertThat(file.isOpen()).isTrue();
      assertThat(file.position()).isEqualTo(3);
    }

    @Override
    public void close() throws IOException {
      try (net;
          file) {
        Files.delete(path);
      }
    }
  }

  @TckTest(networks = {TCP, UNIX, UNIXPACKET})
  void aFileOfManyPiecesIsSentFromAnyPositionUpToItsEnd(TestingNet net) throws Exception {
    int size = 5 * MIB + 7;
    try (Sending sending = new Sending(net, size)) {
      sending.assertArrives(0, size, size);
      sending.assertArrives(4097, 3 * MIB + 1, 3 * MIB + 1);
      sending.assertArrives(1, Long.MAX_VALUE, size - 1);
      sending.assertArrives(size - 100_000, 3 * MIB, 100_000);
      sending.assertArrives(size, 3 * MIB, 0);
      assertThat(sending.start(size + 99L, 3 * MIB).join()).isZero();
    }
  }

  @TckTest
  void aDeadlineAndAnInterruptTellExactlyWhatWasSent(TestingNet net) throws Exception {
    try (Sending sending = new Sending(net, 32 * MIB)) {
      sending.pair.client().setWriteTimeout(Duration.ofMillis(50));
      Throwable late = sending.start(0, Long.MAX_VALUE).failure();
      assertThat(late).isInstanceOf(SocketTimeoutException.class);
      sending.assertArrived(((InterruptedIOException) late).bytesTransferred);
    }
    try (Sending sending = new Sending(net, 32 * MIB)) {
      Task<Long> transfer = sending.start(0, Long.MAX_VALUE).awaitParked();
      transfer.interrupt();
      Throwable ended = transfer.failure();
      Expect.interrupted(ended);
      sending.assertArrived(((InterruptedIOException) ended).bytesTransferred);
    }
  }

  @TckTest
  void aFileThatIsTruncatedMeanwhileEndsWhereItEnds(TestingNet net) throws Exception {
    try (Sending sending = new Sending(net, 32 * MIB);
        FileChannel writer = FileChannel.open(sending.path, StandardOpenOption.WRITE)) {
      Task<Long> transfer = sending.start(0, Long.MAX_VALUE).awaitParked();
      writer.truncate(4096);
      Conn server = sending.pair.server();
      Task<Long> reader = sending.net.start(server, () -> Traffic.discard(server));
      long sent = transfer.join();
      assertThat(sent).isBetween(4096L, 32L * MIB - 1);
      sending.pair.client().closeWrite();
      assertThat(reader.join()).isEqualTo(sent);
      assertThat(sending.start(0, 0).join()).isZero();
    }
  }

  @TckTest
  void aFileThatIsClosedMeanwhileIsTold(TestingNet net) throws Exception {
    try (Sending sending = new Sending(net, 32 * MIB)) {
      Task<Long> transfer = sending.start(0, Long.MAX_VALUE).awaitParked();
      sending.file.close();
      Conn server = sending.pair.server();
      Task<byte[]> reader = sending.net.start(server, () -> Traffic.readAll(server));
      assertThat(transfer.failure()).isInstanceOf(ClosedChannelException.class);
      Conn client = sending.pair.client();
      sending.net.start(client, () -> client.write(new byte[] {1, 2})).join();
      client.closeWrite();
      byte[] got = reader.join();
      int sent = got.length - 2;
      assertThat(Arrays.equals(got, 0, sent, sending.data, 0, sent)).isTrue();
      assertThat(Arrays.copyOfRange(got, sent, sent + 2)).containsExactly(1, 2);
    }
  }

  @TckTest
  void aFileThatCannotBeReadIsToldAndTheConnectionIsUsable(TestingNet net) throws Exception {
    Path path = Files.createTempFile("weft-tck", ".data");
    FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE);
    try {
      ConnPair pair = net.pair();
      Conn conn = pair.client();
      assertThat(net.start(conn, () -> conn.transferFrom(file, 0, MIB)).failure())
          .isInstanceOf(NonReadableChannelException.class);
      file.close();
      assertThat(net.start(conn, () -> conn.transferFrom(file, 0, MIB)).failure())
          .isInstanceOf(ClosedChannelException.class);
      net.start(conn, () -> Traffic.roundTrip(conn, pair.server())).join();
    } finally {
      file.close();
      Files.delete(path);
    }
  }

  @TckTest
  void aConnectionThatEndsHalfWayLeavesTheFileOpen(TestingNet net) throws Exception {
    try (Sending sending = new Sending(net, 32 * MIB)) {
      Task<Long> transfer = sending.start(0, Long.MAX_VALUE).awaitParked();
      sending.net.start(sending.pair.client(), sending.pair.client()::close).join();
      Throwable closed = transfer.failure();
      Expect.closedDuring(closed);
      Conn server = sending.pair.server();
      Expect.transferred(closed, sending.net.start(server, () -> Traffic.discard(server)).join());
      assertThat(sending.file.isOpen()).isTrue();
    }
    try (Sending sending = new Sending(net, 32 * MIB)) {
      Task<Long> transfer = sending.start(0, Long.MAX_VALUE).awaitParked();
      sending.pair.server().close();
      Expect.broken(transfer.failure());
      assertThat(sending.file.isOpen()).isTrue();
    }
  }

  @TckTest
  void whatAPipeIsRefusedGoesByMemory(TestingNet net) throws Exception {
    int size = 3 * MIB + 5;
    try (Sending sending = new Sending(net, size)) {
      for (int count : new int[] {1, 1000}) {
        sending.plan.fail(Call.PIPE, count, Errno.EMFILE);
        sending.assertArrives(0, Long.MAX_VALUE, size);
        sending.plan.fail(Call.PIPED_WRITE, count, Errno.EOPNOTSUPP);
        sending.assertArrives(0, size, size);
      }
    }
  }

  @TckTest
  void whatIsTakenInPiecesArrivesInOrder(TestingNet net) throws Exception {
    try (Sending sending = new Sending(net, MIB)) {
      sending.plan.takeAtMost(1000);
      sending.assertArrives(0, MIB, MIB);
    }
  }

  @TckTest
  void aFailureHalfWayIsToldAndWhatWasSentIsInOrder(TestingNet net) throws Exception {
    try (Sending sending = new Sending(net, MIB)) {
      sending.plan.takeNext(10_000, 20_000).thenFail(Errno.ENOBUFS);
      Throwable failed = sending.start(0, MIB).failure();
      assertThat(failed).hasMessageEndingWith("(ENOBUFS)");
      Expect.transferred(failed, 30_000);
      sending.assertArrived(30_000);
    }
  }
}
