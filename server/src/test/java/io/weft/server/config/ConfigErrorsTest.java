package io.weft.server.config;

import static io.weft.server.config.Configs.errors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: every fault is told, with its line and column, what is wrong, and what is right. */
class ConfigErrorsTest {
  private static final String ECHO = "services: [{name: a, type: echo, listen: 'tcp://:7'}]\n";

  static Stream<Arguments> ofTheForm() {
    return Stream.of(
        fault("", "1:1: nothing instead of keys with values (use, for example, services: [{name:"),
        fault("# only a comment\n", "1:1: nothing instead of keys with values"),
        fault("services:\n", "1:10: services: nothing instead of a list"),
        fault("services: web\n", "1:11: services: \"web\" instead of a list"),
        fault("services: []\n", "1:11: services: an empty list"),
        fault("- a\n", "1:1: a list instead of keys with values"),
        fault("poller: nio\n", "1:1: services: missing"),
        fault("services: [a]\n", "1:12: services[0]: \"a\" instead of keys with values"),
        fault("a: 1\n  b: 2\n", "2:4: not YAML: mapping values are not allowed here"),
        fault("a: [1\n", "2:1: not YAML: while parsing a flow sequence, expected"),
        fault("a: \"\u0007\"\n", "1:5: not YAML: the character U+0007 is not allowed"),
        fault("a: &x 1\nb: 2\n", "1:4: anchors are not allowed (write it out)"),
        fault("a: *x\n", "1:4: aliases are not allowed (write it out)"),
        fault("a: !!set x\n", "1:4: tags are not allowed: tag:yaml.org,2002:set"),
        fault("? [a]\n: b\n", "1:3: a key has to be a word"),
        fault(ECHO + "---\nb: 1\n", "2:1: a second document (use one)"),
        fault("a: " + "[".repeat(99), "1:13: nested deeper than 10 levels"));
  }

  static Stream<Arguments> ofTheProcess() {
    return Stream.of(
        fault(ECHO + "polle: nio\n", "2:1: polle: unknown key (did you mean poller?)"),
        fault(ECHO + "zebra: nio\n", "2:1: zebra: unknown key (use poller, deny, "),
        fault(ECHO + "loops: 1\nloops: 2\n", "3:1: loops: there twice (first at 2:1)"),
        fault(
            ECHO + "poller: kqueue\n",
            "2:9: poller: invalid value: 'kqueue' (use auto, io_uring, epoll or nio)"),
        fault(
            ECHO + "poller: eppoll\n",
            "2:9: poller: invalid value: 'eppoll' (use auto, io_uring, epoll or nio; did you mean"
                + " epoll?)"),
        fault(ECHO + "poller:\n", "2:8: poller: nothing instead of a value"),
        fault(ECHO + "poller: [nio]\n", "2:9: poller: a list instead of a value"),
        fault(ECHO + "deny: []\n", "2:7: deny: an empty list (leave the key out"),
        fault(
            ECHO + "deny: [nio, 3]\n",
            "2:13: deny[1]: invalid value: '3' (use io_uring, epoll or nio)"),
        fault(
            ECHO + "drain-timeout: 5\n",
            "2:16: drain-timeout: invalid value: '5' (use 500ms, 2s, 5m)"),
        fault(
            ECHO + "admin: 127.0.0.1:9\n",
            "2:8: admin: invalid value: address 127.0.0.1:9: missing network (use"
                + " tcp://HOST:PORT or unix:///PATH)"),
        fault(ECHO + "access-log: ''\n", "2:13: access-log: invalid value: '' (use the name of a"));
  }

  static Stream<Arguments> ofServices() {
    return Stream.of(
        fault(service("type: echo, listen: 'tcp://:7'"), "1:12: services[0].name: missing (a name"),
        fault(
            service("name: 'a b', type: echo, listen: 'tcp://:7'"),
            "1:19: services[0].name: \"a b\" is no name (use a name of 1 to 63 letters, digits,"),
        fault(
            service("name: a, listen: 'tcp://:7'"),
            "1:12: services[0].type: missing (use echo or proxy)"),
        fault(
            service("name: a, type: prox, listen: 'tcp://:7', upstream: 'tcp://b:1'"),
            "1:28: services[0].type: \"prox\" is no type (use echo or proxy; did you mean proxy?)"),
        fault(
            service("name: a, type: echo"),
            "1:12: services[0].listen: missing (where to listen, such as tcp://:8080)"),
        fault(
            service("name: a, type: echo, listen: 'tcp://:7', balance: least-conn"),
            "1:54: services[0].balance: unknown key (use name, type, listen)"),
        fault(
            service("name: a, type: echo, listen: ['tcp://:7', 'tcp://:7']"),
            "1:55: services[0].listen[1]: the same as services[0].listen[0]"),
        fault(
            ECHO.replace("]\n", "")
                + ", {name: a, type: proxy, listen: 'tcp://:7', upstream: 'tcp://b:1'}]\n",
            "1:62: services[1].name: \"a\" is the name of another service, services[0].name",
            "1:86: services[1].listen: the same as services[0].listen"));
  }

  static Stream<Arguments> ofProxies() {
    return Stream.of(
        fault(
            proxy("balance: lest-conn"),
            "1:87: services[0].balance: invalid value: 'lest-conn' (use round-robin, least-conn,"
                + " source-hash or random-two; did you mean least-conn?)"),
        fault(
            proxy("connect-timeout: 0s"),
            "1:95: services[0].connect-timeout: invalid value: '0s' (use 500ms, 2s, 5m; more than"
                + " zero)"),
        fault(
            proxy("sni: tcp://b:1"),
            "1:83: services[0].sni: \"tcp://b:1\" (use server names as keys, upstreams as values)"),
        fault(proxy("sni: {}"), "1:83: services[0].sni: keys with values (use server names as"),
        fault(
            proxy("sni: {a.org: 'tcp://b:1', a.org: 'tcp://b:2'}"),
            "1:104: services[0].sni.a.org: there twice (first at 1:84)"),
        fault(
            proxy("sni: {'exam ple.org': 'tcp://b:1'}"),
            "1:100: services[0].sni.exam ple.org: invalid value: server name exam ple.org: only"
                + " letters"),
        fault(
            proxy("sni: {a.org: ['tcp://b:1', 'tcp://b']}"),
            "1:105: services[0].sni.a.org[1]: invalid value: address b: missing port in address"),
        fault(
            proxy("sni: {a.org: 'tcp://b:1', A.org: 'tcp://b:2'}"),
            "1:12: services[0]: server name "),
        fault(
            proxy("max-connections: 9, max-connections-per-listener: 8")
                .replace("'tcp://:7'", "['tcp://:7', 'tcp://:8']"),
            "1:12: services[0]: several listeners have either a limit together or one each"
                + " (use max-connections or max-connections-per-listener)"),
        fault(
            service("name: a, type: proxy, listen: 'tcp://:7'"),
            "1:12: services[0]: no upstream (use upstream or sni)"),
        fault(
            service(
                "name: a, type: proxy, listen: 'tcp://:7', upstream: ['tcp://b:1', 'tcp://b:1']"),
            "1:79: services[0].upstream[1]: the same as services[0].upstream[0]"),
        fault(
            service("name: a, type: proxy, listen: 'tcp://:7', upstream: 'tcp://b:1,weight=x'"),
            "1:65: services[0].upstream: invalid value: 'x' (use a number from 0 on)"),
        fault(
            service("name: a, type: proxy, listen: 'unixpacket:///p', upstream: 'tcp://b:1'"),
            "1:43: services[0].listen: invalid value: unixpacket:///p: a proxy relays streams,"
                + " not"));
  }

  @ParameterizedTest
  @MethodSource({"ofTheForm", "ofTheProcess", "ofServices", "ofProxies"})
  void eachFaultIsTold(String text, List<String> expected) {
    List<String> errors = errors(text);

    assertThat(errors).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(errors.get(i)).startsWith("weft.yaml:" + expected.get(i));
    }
  }

  @Test
  void allFaultsAreToldAtOnceInTheOrderOfTheFile() {
    String text =
        """
        services:
          - name: web
            type: proxy
            listen: [tcp://:8080, tcp://8081]
            upstream: tcp://a:1
            balance: fair
            blance: fair
        loops: many
        """;
    assertThat(errors(text))
        .extracting(error -> error.replaceFirst(": .*", ""))
        .containsExactly("weft.yaml:4:27", "weft.yaml:6:14", "weft.yaml:7:5", "weft.yaml:8:8");
  }

  @Test
  void whatIsNoUtf8IsTold() {
    byte[] text = "a: b\nc: \u00e9\n".getBytes(StandardCharsets.ISO_8859_1);

    assertThatExceptionOfType(InvalidConfigException.class)
        .isThrownBy(() -> Configs.read(text))
        .withMessage("weft.yaml:2:4: not UTF-8: a byte e9");
  }

  @Test
  void aFileThatIsTooLargeIsTold() {
    byte[] text = new byte[(1 << 20) + 1];
    Arrays.fill(text, (byte) '#');

    assertThatExceptionOfType(InvalidConfigException.class)
        .isThrownBy(() -> Configs.read(text))
        .withMessage("weft.yaml:1:1: larger than 1048576 bytes");
  }

  private static Arguments fault(String text, String... expected) {
    return Arguments.of(text, List.of(expected));
  }

  private static String service(String keys) {
    return "services: [{" + keys + "}]\n";
  }

  private static String proxy(String keys) {
    return service("name: a, type: proxy, listen: 'tcp://:7', upstream: 'tcp://b:1', " + keys);
  }
}
