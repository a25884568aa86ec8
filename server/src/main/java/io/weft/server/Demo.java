package io.weft.server;

import io.weft.Net;
import io.weft.server.config.ConfigReader;
import io.weft.server.config.InvalidConfigException;
import io.weft.server.config.ServerConfig;
import io.weft.server.notation.SocketUrl;
import io.weft.server.service.Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** The embedded demonstration: two echo servers, and a proxy in front of them. */
final class Demo implements AutoCloseable {
  private static final List<String> LINES =
      List.of("hello, weft", "one virtual thread reads and writes this", "goodbye");
  private static final long PATIENCE_SECONDS = 10;
  private static final String CONFIG =
      """
      admin: tcp://127.0.0.1:0
      services:
        - name: one
          type: echo
          listen: unix://DIRECTORY/one.sock
        - name: two
          type: echo
          listen: unix://DIRECTORY/two.sock
        - name: front
          type: proxy
          listen: tcp://127.0.0.1:0
          upstream:
            - unix://DIRECTORY/one.sock
            - unix://DIRECTORY/two.sock
      """;

  private final Path directory;
  private final Console console;

  Demo(Console console) throws IOException {
    this.console = console;
    this.directory = Files.createTempDirectory("weft-");
  }

  /** What it runs. */
  ServerConfig config(Map<String, Object> overrides) throws InvalidConfigException {
    return ConfigReader.of("demonstration", bytes(), overrides);
  }

  private byte[] bytes() {
    return text().getBytes(StandardCharsets.UTF_8);
  }

  private String text() {
    return CONFIG.replace("DIRECTORY", directory.toString());
  }

  void introduce(Net net) {
    console.line("weft " + Version.text() + ": two echo servers, and a proxy in front of them");
    Choice.lines(net).forEach(console::line);
  }

  /** Tells how to try it, once it runs. */
  void explain(Server server) {
    String[] hostAndPort = front(server).address().split(":", 2);
    console.line("");
    console.line("What you send to the proxy comes back from one of the two, by turns:");
    console.line("  nc " + String.join(" ", hostAndPort));
    console.line("  weft health " + front(server));
    console.line(
        "For each session that has ended a line of JSON follows here. Ctrl-C ends it all.");
    console.line("It is this configuration, which weft run --config FILE reads from a file:");
    console.line("");
    text().lines().forEach(console::line);
  }

  /** Shows a conversation with one of the echo servers, through the proxy. */
  void converse(Server server) throws Exception {
    SocketUrl front = front(server);
    // on a virtual thread of the net, as every client should be; printing is for the main thread
    FutureTask<Conversation> talk =
        new FutureTask<>(() -> Conversation.hold(server.net(), front, LINES));
    server.net().go(talk);
    console.line("");
    talk.get(PATIENCE_SECONDS, TimeUnit.SECONDS).lines().forEach(console::line);
    console.line("");
  }

  private static SocketUrl front(Server server) {
    return server.services().getLast().bound().getFirst();
  }

  @Override
  public void close() throws IOException {
    for (String socket : List.of("one.sock", "two.sock")) {
      Files.deleteIfExists(directory.resolve(socket));
    }
    Files.delete(directory);
  }
}
