package io.weft.tck;

import static io.weft.Network.TCP;
import static io.weft.Network.UNIX;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.spi.Errno;
import io.weft.spi.StreamHandle;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntFunction;

/** Goal: much data in many pieces arrives whole, and is told exactly when it does not. */
@Tck
class BulkTck {
  private static ByteBuffer[] oneByteEach(int count, IntFunction<ByteBuffer> allocate) {
    ByteBuffer[] all = new ByteBuffer[count];
    for (int i = 0; i < count; i++) {
      all[i] = allocate.apply(1).put((byte) i).flip();
    }
    return all;
  }

  @TckTest(networks = {TCP, UNIX})
  @Case("I01")
  void manySmallBuffersAreGathered(TestingNet net) throws Exception {
    for (int count : new int[] {0, 10, 1023, 1024, 1025}) {
      for (IntFunction<ByteBuffer> kind :
          List.<IntFunction<ByteBuffer>>of(ByteBuffer::allocate, ByteBuffer::allocateDirect)) {
        FaultPlan plan = new FaultPlan();
        try (TestingNet watched = net.another(plan)) {
          ConnPair pair = watched.pair();
          Conn conn = pair.client();
          ByteBuffer[] all = oneByteEach(count, kind);
          Task<byte[]> reader = watched.start(pair.server(), () -> Traffic.readAll(pair.server()));
          assertThat(watched.start(conn, () -> conn.write(all)).join()).isEqualTo(count);
          assertThat(all).noneMatch(ByteBuffer::hasRemaining);
          conn.close();
          byte[] got = reader.join();
          assertThat(got).hasSize(count);
          for (int i = 0; i < count; i++) {
            assertThat(got[i]).isEqualTo((byte) i);
          }
          boolean direct = count > 0 && all[0].isDirect();
          int calls = Math.ceilDiv(count, StreamHandle.GATHER_MAX);
          // what is not direct is joined before it is sent
          assertThat(plan.gatherCount()).isEqualTo(direct ? calls : 0);
        }
      }
    }
  }

  @TckTest(networks = {TCP, UNIX})
  @Case("I02")
  void whatAGatheringWriteTookIsGoneFromItsBuffersAndTheRestIsNot(TestingNet net) throws Exception {
    String[] pieces = {"", "weft", "", "is", "a thread", ""};
    int total = String.join("", pieces).length();
    for (boolean direct : new boolean[] {false, true}) {
      for (int taken = 1; taken <= total; taken++) {
        FaultPlan plan = new FaultPlan().takeNext(taken).thenFail(Errno.EPIPE);
        try (TestingNet faulty = net.another(plan)) {
          ConnPair pair = faulty.pair();
          Conn conn = pair.client();
          ByteBuffer[] all = buffers(pieces, direct);
          Task<Long> writer = faulty.start(conn, () -> conn.write(all));
          if (taken < total) {
            Throwable broken = writer.failure();
            Expect.broken(broken);
            Expect.transferred(broken, taken);
          } else {
            assertThat(writer.join()).isEqualTo(total);
          }
          assertThat(rest(all)).isEqualTo(String.join("", pieces).substring(taken));
          conn.close();
          assertThat(new String(Traffic.readAll(pair.server()), US_ASCII))
              .isEqualTo(String.join("", pieces).substring(0, taken));
        }
      }
    }
  }

  private static ByteBuffer[] buffers(String[] pieces, boolean direct) {
    ByteBuffer[] all = new ByteBuffer[pieces.length];
    for (int i = 0; i < all.length; i++) {
      byte[] bytes = pieces[i].getBytes(US_ASCII);
      all[i] =
          direct
              ? ByteBuffer.allocateDirect(bytes.length).put(bytes).flip()
              : ByteBuffer.wrap(bytes);
    }
    return all;
  }

  private static String rest(ByteBuffer[] buffers) {
    StringBuilder rest = new StringBuilder();
    for (ByteBuffer buffer : buffers) {
      rest.append(US_ASCII.decode(buffer.duplicate()));
    }
    return rest.toString();
  }
}
