import io.weft.Conn;
import io.weft.Listener;
import io.weft.Net;

void main(String[] args) throws IOException {
  try (Net net = Net.open();
      Listener listener = net.listen("tcp", args[0])) {
    IO.println("listening on " + listener);
    net.serve(listener, this::sort);
  }
}

void sort(Conn conn) throws IOException {
  Reader in = new InputStreamReader(conn.inputStream(), StandardCharsets.UTF_8);
  Writer out = new OutputStreamWriter(conn.outputStream(), StandardCharsets.UTF_8);
  List<String> lines = in.readAllLines(); // until the other end calls closeWrite, or closes
  for (String line : lines.stream().sorted().toList()) {
    out.write(line + "\n"); // this direction is still open
  }
  out.flush();
}
