import com.google.inject.Guice;
import com.google.inject.Injector;
import io.weft.Conn;
import io.weft.Net;
import io.weft.NetConfig;
import io.weft.guice.AutoPollerModule;
import io.weft.guice.WeftModule;

void main(String[] args) throws IOException {
  NetConfig config = NetConfig.DEFAULT.withLoops(1);
  Injector injector = Guice.createInjector(new WeftModule(config), new AutoPollerModule());
  try (Net net = injector.getInstance(Net.class); // a singleton; Guice closes nothing
      Conn conn = net.dial("tcp", args[0])) {
    conn.write(("hello on " + net.poller().name() + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
