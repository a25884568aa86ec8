package io.weft.bench.side;

import com.google.gson.Gson;
import io.weft.bench.load.LoadMain;
import io.weft.bench.load.Plan;
import io.weft.bench.load.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A load in a process of its own; see {@link LoadMain}. */
final class LoadProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The Selector boxes each descriptor that is ready: with these at hand it allocates nothing. */
  private static final List<String> OPTIONS = List.of("-XX:AutoBoxCacheMax=65536");

  private final Gson json = new Gson();
  private final Child child;

  LoadProcess(Plan plan, String cpus) throws IOException {
    child =
        new Child(cpus, Jvm.main(LoadMain.class.getName(), OPTIONS, json.toJson(plan)), Map.of());
  }

  void open() throws IOException, InterruptedException {
    reply("open", PATIENCE);
  }

  Sample run(Duration time) throws IOException, InterruptedException {
    return Objects.requireNonNull(
        reply("run " + time.toMillis(), time.plus(PATIENCE)).sample(), "a phase has a sample");
  }

  private LoadMain.Reply reply(String command, Duration patience)
      throws IOException, InterruptedException {
    child.tell(command);
    LoadMain.Reply reply = json.fromJson(child.line(patience), LoadMain.Reply.class);
    if (reply.failure() != null) {
      throw new IOException(reply.failure());
    }
    if (reply.corruptBytes() > 0) {
      throw new IOException(reply.corruptBytes() + " bytes came back wrong");
    }
    return reply;
  }

  @Override
  public void close() {
    child.close();
  }
}
