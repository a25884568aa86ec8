import io.weft.Net;
import io.weft.NetConfig;
import io.weft.PollerUnavailableException;

void main() throws IOException {
  Net.probe().forEach(report -> IO.println(report.name() + " available: " + report.available()));
  try (Net net = Net.open(NetConfig.DEFAULT.withPoller("epoll"))) {
    IO.println("named: " + net.poller().name());
  } catch (PollerUnavailableException e) {
    IO.println(e.getMessage()); // the reason and the remedy
  }
  try (Net net = Net.open(NetConfig.DEFAULT.withDenied("io_uring", "epoll"))) {
    IO.println("best of the rest: " + net.poller().name());
  }
}
