import io.weft.Conn;
import io.weft.Listener;
import io.weft.Net;

void main(String[] args) throws IOException {
  try (Net net = Net.open();
      Listener listener = net.listen("tcp", args[0])) {
    IO.println("listening on " + listener);
    net.serve(listener, conn -> send(net, conn, Path.of(args[1])));
  }
}

void send(Net net, Conn conn, Path path) throws Exception {
  FileChannel file = net.offload(() -> FileChannel.open(path)); // a disk may be slow
  try (file) {
    conn.transferFrom(file, 0, file.size());
  }
}
