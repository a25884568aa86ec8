package io.weft.bench.side;

import java.io.IOException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A candidate that runs. */
final class ServerProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern READY = Pattern.compile("ready: .* on \\S*:(\\d+)\\b.*");

  private final Child child;
  private final int port;

  /** Starts it and waits until it is ready. */
  ServerProcess(Candidate candidate, String cpus) throws IOException, InterruptedException {
    child = new Child(cpus, candidate.command(), candidate.environment());
    try {
      Matcher ready = READY.matcher("");
      while (!ready.reset(child.line(PATIENCE)).matches()) {
        // what it says before is not for us
      }
      port = Integer.parseInt(ready.group(1));
    } catch (IOException | InterruptedException | RuntimeException e) {
      child.close();
      throw e;
    }
  }

  long pid() {
    return child.pid();
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    child.close();
  }
}
