package io.weft.core;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: the JDK's own blocking calls work in a thread that a loop carries, and so do children. */
@Timeout(60)
class JdkThreadsTest {
  @Test
  void plainSocketsWorkInCarriedThreads() throws Exception {
    try (NetRig rig = new NetRig(Variant.COMPLETION_CARRIED, 2);
        ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Call<Integer> echo = Call.on(rig.net, () -> echoOnce(server));
      Call<String> client = Call.on(rig.net, () -> ask(server.getLocalPort()));
      assertThat(client.result()).isEqualTo("hello");
      assertThat(echo.result()).isEqualTo(5);
    }
  }

  private static int echoOnce(ServerSocket server) throws IOException {
    try (Socket socket = server.accept()) {
      byte[] bytes = socket.getInputStream().readNBytes(5);
      socket.getOutputStream().write(bytes);
      return bytes.length;
    }
  }

  private static String ask(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write("hello".getBytes(US_ASCII));
      return new String(socket.getInputStream().readNBytes(5), US_ASCII);
    }
  }

  @Test
  void timedParksAndSleepsEnd() throws Exception {
    try (NetRig rig = new NetRig(Variant.READINESS_CARRIED)) {
      Call<Boolean> timed =
          Call.on(
              rig.net,
              () -> {
                LockSupport.parkNanos(2_000_000);
                return Loop.current() != null;
              });
      assertThat(timed.result()).as("still carried").isTrue();
    }
  }

  @Test
  void childrenInheritTheLoopAndWork() throws Exception {
    try (NetRig rig = new NetRig(Variant.COMPLETION_CARRIED)) {
      Call<Boolean> parent =
          Call.on(
              rig.net,
              () -> {
                Loop own = Loop.current();
                AtomicReference<@Nullable Loop> ofChild = new AtomicReference<>();
                Thread child =
                    Thread.startVirtualThread(
                        () -> {
                          Thread.yield();
                          ofChild.set(Loop.current());
                        });
                child.join();
                return own != null && own == ofChild.get();
              });
      assertThat(parent.result()).isTrue();
    }
  }

  @Test
  void aDialByAThreadOfALoopBelongsToThatLoop() throws Exception {
    try (NetRig rig = new NetRig(Variant.READINESS_CARRIED, 3)) {
      for (int i = 0; i < 6; i++) {
        Call<Boolean> dial = Call.on(rig.net, () -> ((PolledConn) rig.dial()).loop().isCurrent());
        assertThat(dial.result()).isTrue();
      }
    }
  }

  @Test
  void aContendedMonitorIsHandedOverBetweenCarriedThreads() throws Exception {
    try (NetRig rig = new NetRig(Variant.READINESS_CARRIED)) {
      Object monitor = new Object();
      int[] count = new int[1];
      Call<?>[] calls = new Call<?>[8];
      for (int i = 0; i < calls.length; i++) {
        calls[i] = Call.on(rig.net, () -> countUnder(monitor, count));
      }
      for (Call<?> call : calls) {
        call.result();
      }
      assertThat(count[0]).isEqualTo(800);
    }
  }

  private static Void countUnder(Object monitor, int[] count) {
    for (int i = 0; i < 100; i++) {
      synchronized (monitor) {
        int seen = count[0];
        Thread.yield();
        count[0] = seen + 1;
      }
    }
    return null;
  }
}
