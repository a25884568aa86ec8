import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.Net;

void main(String[] args) throws IOException {
  DialConfig soon = DialConfig.DEFAULT.withTimeout(Duration.ofSeconds(5)); // look-up and handshake
  try (Net net = Net.open();
      Conn conn = net.dial("tcp", args[0], soon)) {
    ByteBuffer buffer = ByteBuffer.allocate(1024);
    conn.setReadTimeout(Duration.ofMillis(100)); // from now
    try {
      conn.read(buffer);
    } catch (SocketTimeoutException e) {
      IO.println(e.getMessage());
    }
    conn.setDeadline(Instant.now().plusSeconds(10)); // for the question and its whole answer
    conn.write("still there?\n".getBytes(StandardCharsets.UTF_8));
    while (conn.read(buffer) > 0) {
      // the answer may come in pieces: they share the deadline
    }
    IO.print(StandardCharsets.UTF_8.decode(buffer.flip()));
  }
}
