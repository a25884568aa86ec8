package io.weft.server;

import io.weft.server.config.ConfigChanges;
import io.weft.server.config.InvalidConfigException;
import io.weft.server.config.ServerConfig;
import java.io.IOException;
import java.util.List;

/** Reads a configuration again and carries it out; or says why not, and leaves all as it is. */
final class Reload {
  private final Deployment deployment;
  private final Source source;
  private final Console console;

  Reload(Deployment deployment, Source source, Console console) {
    this.deployment = deployment;
    this.source = source;
    this.console = console;
  }

  void run() {
    try {
      ServerConfig next = source.read();
      ConfigChanges changes = deployment.changes(next);
      List<String> ready = deployment.change(next);
      if (!changes.fixed().isEmpty()) {
        console.error(
            "%s: only a restart changes %s".formatted(source, String.join(", ", changes.fixed())));
      }
      ready.forEach(console::line);
      console.line("reloaded: %s: %s".formatted(source, changes.summary()));
    } catch (InvalidConfigException e) {
      e.errors().forEach(console.err()::println);
      int count = e.errors().size();
      refused(count == 1 ? "1 error" : count + " errors");
    } catch (IOException e) {
      refused(String.valueOf(e.getMessage()));
    }
  }

  private void refused(String why) {
    console.error("%s: not reloaded, nothing has changed: %s".formatted(source, why));
  }
}
