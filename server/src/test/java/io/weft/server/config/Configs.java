package io.weft.server.config;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Configurations for tests, which use every key between them. */
final class Configs {
  static final String SMALL =
      """
      services:
        - name: web
          type: echo
          listen: tcp://127.0.0.1:0
      """;

  static final String WHOLE =
      """
      # process
      poller: nio
      deny: [epoll, io_uring]
      scheduling: jdk
      loops: 2
      admin: tcp://:9090
      drain-timeout: 5s
      access-log: off

      services:
        - name: web
          type: proxy
          listen:
            - tcp://:8080
            - unix:///run/web.sock
          upstream:
            - tcp://10.0.0.5:80,weight=3
            - "unix:///run/app.sock,weight=0"
          balance: least-conn
          max-sessions: 100
          queue-timeout: 1s
          queue-length: 10
          resolve-interval: 10s
          connect-timeout: 2s
          connect-retries: 1
          health-interval: 500ms
          health-rise: 1
          health-fall: 2
          health-send: 'PING\\r\\n'
          health-expect: '+PONG'
          idle-timeout: 10m
          half-close-timeout: 30s
          lifetime: 60m
          max-connections: 1000
          accept-proxy: [10.0.0.0/8, unix]
          accept-proxy-timeout: 1s
          send-proxy: v2
        - {name: tls, type: proxy, listen: "tcp://:8443", sni-timeout: 3s,
            max-connections-per-listener: 10, sni: {
            www.example.org: tcp://10.0.0.6:443,
            '*.example.org': ["tcp://10.0.0.7:443", 'tcp://[fd00::8]:443,weight=2']}}
        - name: back
          type: echo
          listen: [tcp4://127.0.0.1:0, 'tcp6://[::1]:0', unix://@back]
      """;

  static final List<String> ALL = List.of(SMALL, WHOLE);

  private Configs() {}

  static ServerConfig read(String text) throws InvalidConfigException {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  static ServerConfig read(byte[] bytes) throws InvalidConfigException {
    return ConfigReader.of("weft.yaml", bytes, Map.of());
  }

  /** All that is wrong with it, which has to be something. */
  static List<String> errors(String text) {
    try {
      read(text);
      throw new AssertionError("valid: " + text);
    } catch (InvalidConfigException e) {
      return e.errors();
    }
  }
}
