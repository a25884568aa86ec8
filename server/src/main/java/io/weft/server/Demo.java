package io.weft.server;

import io.weft.Net;
import io.weft.Network;
import io.weft.server.address.SocketUrl;
import io.weft.server.service.Server;
import io.weft.server.service.Service;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** The embedded demonstration: an echo server, and a client that dials it over the same net. */
final class Demo {
  private static final List<String> LINES =
      List.of("hello, weft", "one virtual thread reads and writes this", "goodbye");
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Net net;
  private final Services services;
  private final Console console;

  @Inject
  Demo(Net net, Services services, Console console) {
    this.net = net;
    this.services = services;
    this.console = console;
  }

  void run(Server server) throws Exception {
    console.line("weft " + Version.text() + ": echo server and client in one process");
    Choice.lines(net).forEach(console::line);
    Path directory = Files.createTempDirectory("weft-");
    try {
      String socket = directory.resolve("echo.sock").toString();
      Service echo =
          services.echo(
              "echo",
              List.of(
                  new SocketUrl(Network.TCP, "127.0.0.1:0"), new SocketUrl(Network.UNIX, socket)));
      server.start(List.of(echo)).forEach(console::line);
      for (SocketUrl url : echo.bound()) {
        console.line("");
        talk(url).lines().forEach(console::line);
      }
      if (!server.drain(PATIENCE)) {
        throw new IOException("the echo server did not drain within " + PATIENCE);
      }
    } finally {
      server.close();
      Files.delete(directory);
    }
    farewell();
  }

  // on a virtual thread of the net, as every client should be; printing is for the main thread
  private Conversation talk(SocketUrl url) throws Exception {
    FutureTask<Conversation> talk = new FutureTask<>(() -> Conversation.hold(net, url, LINES));
    net.go(talk);
    return talk.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private void farewell() {
    console.line("");
    console.line("Everything is closed. To try it yourself:");
    console.line("  weft echo --listen tcp://127.0.0.1:7000   then, elsewhere: nc 127.0.0.1 7000");
    console.line("  weft probe                                which pollers work here, and why");
    console.line("  weft --help                               all commands");
  }
}
