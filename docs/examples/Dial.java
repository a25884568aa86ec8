import io.weft.Conn;
import io.weft.Net;

void main(String[] args) throws IOException {
  try (Net net = Net.open();
      Conn conn = net.dial("tcp", args.length > 0 ? args[0] : "127.0.0.1:8080")) {
    conn.setTimeout(Duration.ofSeconds(5)); // for all that follows
    conn.write("hello, weft\n".getBytes(StandardCharsets.UTF_8));
    conn.closeWrite(); // the other end reads end of stream
    ByteBuffer answer = ByteBuffer.allocate(1024);
    while (answer.hasRemaining() && conn.read(answer) >= 0) {
      // until the other end has ended its side too
    }
    IO.print(StandardCharsets.UTF_8.decode(answer.flip()));
  }
}
