import io.weft.Conn;
import io.weft.Net;

void main(String[] args) throws IOException {
  try (Net net = Net.open();
      Conn conn = net.dial("tcp", args[0])) {
    byte[] bytes = new byte[100];
    Thread.currentThread().interrupt(); // as another thread would do, before the call or during it
    try {
      conn.read(bytes);
    } catch (InterruptedIOException e) {
      IO.println(e.getMessage() + ", flag kept: " + Thread.interrupted()); // which clears it
    }
    conn.write("go on\n".getBytes(StandardCharsets.UTF_8)); // nothing happened to the connection
    conn.inputStream().transferTo(System.out);
  }
}
