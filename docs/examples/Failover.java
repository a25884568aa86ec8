import io.weft.Conn;
import io.weft.Net;
import io.weft.NetError;

void main(String[] servers) throws IOException {
  try (Net net = Net.open()) {
    for (String server : servers) {
      try (Conn conn = net.dial("tcp", server)) {
        conn.setTimeout(Duration.ofMillis(500));
        conn.write("hello\n".getBytes(StandardCharsets.UTF_8));
        Reader in = new InputStreamReader(conn.inputStream(), StandardCharsets.UTF_8);
        IO.println(new BufferedReader(in).readLine());
        return;
      } catch (SocketException | SocketTimeoutException | UnknownHostException e) {
        boolean dialling = e instanceof NetError error && error.op().equals("dial");
        IO.println((dialling ? "not sent: " : "perhaps sent: ") + e.getMessage());
      }
    }
  }
}
