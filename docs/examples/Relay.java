import io.weft.Conn;
import io.weft.Listener;
import io.weft.Net;

void main(String[] args) throws IOException {
  try (Net net = Net.open();
      Listener listener = net.listen("tcp", args[0])) {
    IO.println("listening on " + listener);
    net.serve(listener, client -> relay(net, client, args[1]));
  }
}

void relay(Net net, Conn client, String upstream) throws IOException, InterruptedException {
  try (Conn server = net.dial("tcp", upstream)) {
    Thread answers = net.go(() -> copy(server, client));
    copy(client, server);
    answers.join();
  }
}

void copy(Conn from, Conn to) {
  try {
    from.transferTo(to, Long.MAX_VALUE); // to the end of the stream
    to.closeWrite(); // which is handed on
  } catch (IOException e) {
    from.close(); // ends the other direction, too
    to.close();
  }
}
