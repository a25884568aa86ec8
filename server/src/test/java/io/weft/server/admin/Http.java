package io.weft.server.admin;

import io.weft.server.notation.SocketUrl;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A client of the admin endpoint: the JDK's, and bare sockets for what that does not do. */
record Http(String base) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send("GET", path);
  }

  HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(PATIENCE)
            .method(method, BodyPublishers.noBody())
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString());
    }
  }

  static SocketAddress address(SocketUrl url) {
    return url.network().isTcp()
        ? new InetSocketAddress("127.0.0.1", Integer.parseInt(url.address().replaceAll(".*:", "")))
        : UnixDomainSocketAddress.of(url.address());
  }

  /** What the server says to these bytes, until it ends the connection. */
  static String raw(SocketUrl url, String request) throws IOException {
    try (SocketChannel channel = SocketChannel.open(address(url))) {
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1)));
      ByteBuffer answer = ByteBuffer.allocate(1024 * 1024);
      while (channel.read(answer) >= 0 && answer.hasRemaining()) {
        // more may come
      }
      return StandardCharsets.UTF_8.decode(answer.flip()).toString();
    }
  }
}
