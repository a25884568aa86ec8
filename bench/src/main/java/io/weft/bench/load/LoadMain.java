package io.weft.bench.load;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A load in a process of its own. Its argument is a {@link Plan} as JSON; each line on standard
 * input is a command, and is answered by one line of JSON, a {@link Reply}. The end of the input
 * ends the process.
 */
public final class LoadMain {
  /**
   * The answer to a command.
   *
   * @param corruptBytes that were received
   * @param sample of a phase; null when it was opened only
   * @param failure why the load cannot go on; null when it can
   */
  public record Reply(
      long corruptBytes,
      @org.jspecify.annotations.Nullable Sample sample,
      @org.jspecify.annotations.Nullable String failure) {}

  private LoadMain() {}

  /**
   * Obeys commands until there are no more: {@code open}, {@code run MILLIS}.
   *
   * @param args the plan
   * @throws IOException standard input is broken
   */
  public static void main(String[] args) throws IOException {
    Gson json = new Gson();
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Load load = new Load(json.fromJson(args[0], Plan.class))) {
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        Reply reply = obey(load, line);
        System.out.println(json.toJson(reply));
        if (reply.failure() != null) {
          System.exit(1);
        }
      }
    }
  }

  private static Reply obey(Load load, String command) {
    try {
      if (command.equals("open")) {
        return new Reply(load.open(), null, null);
      }
      long millis = Long.parseLong(command.substring("run ".length()));
      Sample sample = load.run(Duration.ofMillis(millis));
      return new Reply(sample.corruptBytes(), sample, null);
    } catch (IOException e) {
      return new Reply(0, null, e.toString());
    }
  }
}
