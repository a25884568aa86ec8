import io.weft.Conn;
import io.weft.Listener;
import io.weft.Net;

void main(String[] args) throws IOException {
  Duration idle = Duration.parse(args[1]); // PT1M is one minute
  try (Net net = Net.open();
      Listener listener = net.listen("tcp", args[0])) {
    IO.println("listening on " + listener);
    net.serve(listener, conn -> echo(conn, idle)); // accepts, and goes, until the listener closes
  }
}

void echo(Conn conn, Duration idle) throws IOException {
  try {
    for (; ; ) {
      conn.setTimeout(idle); // each round anew
      conn.awaitReadable(); // holds no buffer while nothing comes
      ByteBuffer buffer = ByteBuffer.allocate(4096);
      if (conn.read(buffer) < 0) {
        return;
      }
      conn.write(buffer.flip());
    }
  } catch (SocketTimeoutException e) {
    IO.println("idle: " + conn.remoteAddress());
  }
}
