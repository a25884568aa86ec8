import io.weft.Conn;
import io.weft.ListenConfig;
import io.weft.Listener;
import io.weft.Net;
import io.weft.NetConfig;
import io.weft.NetObserver;

void main(String[] args) throws IOException {
  ListenConfig queue = ListenConfig.DEFAULT.withBacklogMax(128); // wait in the kernel
  try (Net net = Net.open(NetConfig.DEFAULT.withObserver(new Ends()));
      Listener listener = net.listen("tcp", args[0], queue)) {
    IO.println("listening on " + listener);
    net.serve(listener, this::answer, 2); // open at the same time
  }
}

void answer(Conn conn) throws IOException {
  conn.write("your turn\n".getBytes(StandardCharsets.UTF_8));
  conn.inputStream().transferTo(OutputStream.nullOutputStream());
}

class Ends implements NetObserver {
  @Override
  public void closed(Conn conn, IOException cause) {
    IO.println("closed " + (cause == null ? "in peace" : "by " + cause.getMessage()));
  }
}
