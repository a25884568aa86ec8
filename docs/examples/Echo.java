import io.weft.Conn;
import io.weft.Listener;
import io.weft.Net;

void main(String[] args) throws IOException {
  try (Net net = Net.open(); // the best poller of this machine
      Listener listener = net.listen("tcp", args.length > 0 ? args[0] : ":8080")) {
    IO.println("echo on " + listener);
    for (; ; ) {
      Conn conn = listener.accept(); // parks this thread until somebody dials
      net.go(conn, this::echo); // a virtual thread of its own, which closes it in the end
    }
  }
}

void echo(Conn conn) throws IOException {
  ByteBuffer buffer = ByteBuffer.allocateDirect(16 * 1024);
  while (conn.read(buffer) >= 0) { // at least one byte, or -1 at end of stream
    conn.write(buffer.flip()); // all of it, or an exception
    buffer.clear();
  }
}
