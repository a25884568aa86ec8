import io.weft.Listener;
import io.weft.Net;

void main(String[] args) throws IOException {
  byte[] answer =
      ("process " + ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8);
  try (Net net = Net.open();
      Listener listener = net.listen("unix", args[0])) {
    IO.println("listening on " + listener);
    net.serve(listener, conn -> conn.write(answer));
  }
}
