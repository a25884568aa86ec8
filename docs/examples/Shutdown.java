import io.weft.Conn;
import io.weft.Listener;
import io.weft.Net;

void main(String[] args) throws IOException {
  Net net = Net.open();
  Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(net))); // on SIGTERM and SIGINT
  Listener listener = net.listen("tcp", args[0]);
  IO.println("listening on " + listener);
  net.serve(listener, this::echo); // returns when the hook has closed the listener
}

void echo(Conn conn) throws IOException {
  conn.transferTo(conn, Long.MAX_VALUE);
}

void drain(Net net) {
  try {
    IO.println(net.shutdown(Duration.ofSeconds(10)) ? "all have ended" : "time is up");
  } catch (InterruptedException e) {
    IO.println("not waited for");
  }
}
