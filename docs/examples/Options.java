import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.KeepAlive;
import io.weft.Net;
import io.weft.WeftOptions;

void main(String[] args) throws IOException {
  DialConfig config =
      DialConfig.DEFAULT
          .withKeepAlive(KeepAlive.of(Duration.ofSeconds(30))) // silence before the first probe
          .withOption(StandardSocketOptions.SO_RCVBUF, 16 * 1024); // set before connect
  try (Net net = Net.open();
      Conn conn = net.dial("tcp", args[0], config)) {
    IO.println("probes after " + conn.getOption(WeftOptions.TCP_KEEPIDLE) + " s");
    IO.println("receive buffer " + conn.getOption(StandardSocketOptions.SO_RCVBUF));
    conn.setOption(StandardSocketOptions.SO_LINGER, 0); // close will reset the connection
  }
}
