import io.weft.Net;
import io.weft.NetConfig;
import io.weft.Scheduling;

void main() throws IOException, InterruptedException {
  NetConfig config = NetConfig.DEFAULT.withLoops(1).withScheduling(Scheduling.ON_LOOP);
  try (Net net = Net.open(config)) {
    IO.println(net.scheduling() + ": " + net.schedulingReason());
    net.go(this::burn).join();
  }
}

void burn() {
  long start = System.nanoTime();
  while (System.nanoTime() - start < 2_500_000_000L) {
    Thread.onSpinWait(); // nothing else that this loop carries can run
  }
}
