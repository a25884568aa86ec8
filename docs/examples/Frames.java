import io.weft.Conn;
import io.weft.Net;

void main(String[] args) throws IOException {
  try (Net net = Net.open();
      Conn conn = net.dial("tcp", args[0])) {
    for (int i = 0; i < 8; i++) {
      byte[] body = Integer.toString(i).repeat(1_000_000).getBytes(StandardCharsets.UTF_8);
      net.go(() -> send(conn, body));
    }
    byte[] answer = new byte[100]; // this thread reads while the eight write
    for (int length; (length = conn.read(answer)) >= 0; ) {
      IO.print(new String(answer, 0, length, StandardCharsets.UTF_8));
    }
  }
}

/** Sends the length and the bytes in one call: no other write comes between. */
void send(Conn conn, byte[] body) {
  ByteBuffer head = ByteBuffer.allocate(4).putInt(body.length).flip();
  try {
    conn.write(new ByteBuffer[] {head, ByteBuffer.wrap(body)});
  } catch (IOException e) {
    conn.close(); // a frame that was cut off spoils all that follow; the reader wakes, too
  }
}
