package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: what is wrong with a command line is said in one line that names what is right. */
class CommandLineTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|missing command: use run, check, echo, proxy, probe or health (see weft --help)",
        "dance|Unmatched argument at index 0: 'dance' (see weft --help)",
        "echo|Missing required option: '--listen=URL' (see weft echo --help)",
        "echo --listen tcp://:0 --fast|Unknown option: '--fast' (see weft echo --help)",
        "probe --poller kqueue|Invalid value for option '--poller': 'kqueue'"
            + " (use auto, io_uring, epoll or nio) (see weft probe --help)",
        "probe --deny auto|Invalid value for option '--deny' (NAME): 'auto'"
            + " (use io_uring, epoll or nio) (see weft probe --help)",
        "run --scheduling fast|Invalid value for option '--scheduling': 'fast'"
            + " (use auto, on-loop or jdk) (see weft run --help)",
        "run --loops 1025|Invalid value for option '--loops': '1025'"
            + " (use a number from 0 to 1024) (see weft run --help)",
        "run --loops many|Invalid value for option '--loops': 'many'"
            + " (use a number from 0 to 1024) (see weft run --help)",
        "echo --listen tcp://:0 --drain-timeout 5|Invalid value for option '--drain-timeout': '5'"
            + " (use 500ms, 2s, 5m) (see weft echo --help)",
        "echo --listen udp://:0|Invalid value for option '--listen' (URL): unknown network udp"
            + " (use tcp, tcp4, tcp6, unix or unixpacket) (see weft echo --help)",
        "proxy --listen tcp://:0|no upstream (use --upstream or --sni) (see weft proxy --help)",
        "proxy --listen unixpacket:///p --upstream tcp://:1|Invalid value for option '--listen'"
            + " (URL): unixpacket:///p: a proxy relays streams, not messages (use tcp or unix)"
            + " (see weft proxy --help)",
        "proxy --listen tcp://:0 --upstream tcp://a:1,weight=-1|Invalid value for option"
            + " '--upstream' (URL[,weight=N]): '-1' (use a number from 0 on) (see weft proxy"
            + " --help)",
        "proxy --listen tcp://:0 --upstream tcp://a:1,weight=1001|Invalid value for option"
            + " '--upstream' (URL[,weight=N]): upstream tcp://a:1: weight must be between 0"
            + " (no new sessions) and 1000: 1001 (see weft proxy --help)",
        "proxy --listen tcp://:0 --upstream a:1|Invalid value for option '--upstream'"
            + " (URL[,weight=N]): address a:1: missing network (use tcp://HOST:PORT or"
            + " unix:///PATH) (see weft proxy --help)",
        "proxy --listen tcp://:0 --upstream tcp://a:1 --upstream tcp://a:1|two upstreams have the"
            + " name tcp://a:1 (see weft proxy --help)",
        "proxy --listen tcp://:0 --upstream tcp://a:1 --balance fair|Invalid value for option"
            + " '--balance': 'fair' (use round-robin, least-conn, source-hash or random-two)"
            + " (see weft proxy --help)",
        "proxy --listen tcp://:0 --upstream tcp://a:1 --send-proxy v3|Invalid value for option"
            + " '--send-proxy': 'v3' (use v1 or v2) (see weft proxy --help)",
        "proxy --listen tcp://:0 --upstream tcp://a:1 --accept-proxy 10.0.0.0/33|Invalid value for"
            + " option '--accept-proxy' (CIDR): network 10.0.0.0/33: the prefix length is not a"
            + " number from 0 to 32 (see weft proxy --help)",
        "proxy --listen tcp://:0 --sni example.org|Invalid value for option '--sni'"
            + " (NAME=URL[,weight=N]): 'example.org' (use NAME=URL, such as"
            + " www.example.org=tcp://10.0.0.5:443) (see weft proxy --help)",
        "proxy --listen tcp://:0 --upstream tcp://a:1 --connect-timeout 0s|Invalid value for option"
            + " '--connect-timeout': '0s' (use 500ms, 2s, 5m; more than zero)"
            + " (see weft proxy --help)",
        "proxy --listen tcp://:0 --upstream tcp://a:1 --balance lest-conn|Invalid value for option"
            + " '--balance': 'lest-conn' (use round-robin, least-conn, source-hash or random-two;"
            + " did you mean least-conn?) (see weft proxy --help)",
        "run --watch|nothing to watch (use --config) (see weft run --help)",
        "run --once --config f|--once is without --config (see weft run --help)",
        "check|Missing required option: '--config=FILE' (see weft check --help)",
        "completion fish|no completion for the shell 'fish' (use bash or zsh)"
            + " (see weft completion --help)",
        "proxy --listen tcp://:0 --listen tcp://:0 --upstream tcp://a:1 --max-connections 9"
            + " --max-connections-per-listener 8|several listeners have either a limit together or"
            + " one each (use --max-connections or --max-connections-per-listener)"
            + " (see weft proxy --help)",
        "health|use either --admin URL or the URL of an echo server (see weft health --help)",
        "health --admin tcp://:1 tcp://:2|use either --admin URL or the URL of an echo server"
            + " (see weft health --help)",
        "health --admin unix:///p|unix:///p: use tcp://HOST:PORT with --admin",
        "echo --listen tcp://:0 --admin unix://@name|Invalid value for option '--admin':"
            + " unix://@name is no address for admin (use tcp://127.0.0.1:9090 or unix:///PATH)"
            + " (see weft echo --help)",
        "proxy --listen tcp://:0 --admin tcp://:http|Invalid value for option '--admin':"
            + " tcp://127.0.0.1:http is no address for admin (use tcp://127.0.0.1:9090 or"
            + " unix:///PATH) (see weft proxy --help)",
        "echo --listen tcp://a|Invalid value for option '--listen' (URL): address a:"
            + " missing port in address (see weft echo --help)",
      })
  void aUsageErrorIsOneLineAndExitCode2(String args, String message) {
    assertThat(run(args == null ? new String[0] : args.split(" "))).isEqualTo(2);

    assertThat(text(err).lines()).containsExactly("weft: " + message);
    assertThat(text(out)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "run --help",
        "check --help",
        "echo --help",
        "proxy --help",
        "probe --help",
        "health --help",
        "completion --help"
      })
  void helpShowsExamplesAndExitCodes(String args) {
    assertThat(run(args.split(" "))).isZero();

    assertThat(text(out)).contains("Usage: weft", "Examples:", "Exit codes: 0 normal");
    assertThat(text(out).lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(101));
    assertThat(text(err)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "echo", "proxy", "probe", "health"})
  void helpOfEachCommandShowsTheCommonOptionsAndTheirDefaults(String command) {
    run(command, "--help");

    assertThat(text(out).replaceAll("\\s+", " "))
        .contains("--poller=NAME", "--deny=NAME", "--loops=N", "--scheduling=KIND")
        .contains("Default: auto", "Default: 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "echo", "proxy"})
  void helpOfServersShowsTheAdminEndpoint(String command) {
    run(command, "--help");

    assertThat(text(out)).contains("--admin=URL", "--ready-when=WHAT");
  }

  @Test
  void versionNamesTheJdkAndTheSystem() {
    assertThat(run("--version")).isZero();

    assertThat(text(out))
        .startsWith("weft ")
        .contains("JDK " + Runtime.version(), System.getProperty("os.name"));
  }

  private int run(String... args) {
    Console console =
        Console.of(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return Main.run(console, args);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
