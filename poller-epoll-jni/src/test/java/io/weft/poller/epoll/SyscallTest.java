package io.weft.poller.epoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.weft.tck.trace.Strace;
import io.weft.tck.trace.Trace;
import io.weft.tck.trace.Trace.Call;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: each operation makes the system calls that it should, in that order and with these flags,
 * and no others: as a tracer sees it on the thread of a loop.
 *
 * <p>One difference to Go's calls has no effect: SO_REUSEADDR, which the kernel ignores for unix
 * sockets, is not set there.
 */
@TestInstance(Lifecycle.PER_CLASS)
class SyscallTest {
  private static final String EDGES = "EPOLLIN|EPOLLOUT|EPOLLRDHUP|EPOLLET";
  private static final String FLAGS = "|SOCK_CLOEXEC|SOCK_NONBLOCK, 0)";
  private static final boolean IPV6 = hasIpv6();

  private Trace trace = new Trace(List.of());

  private enum Kind {
    // any address is one of IPv6 that takes IPv4 as well, and is dialled by IPv4
    TCP("tcp", IPV6 ? "AF_INET6" : "AF_INET", "AF_INET"),
    TCP4("tcp4", "AF_INET", "AF_INET"),
    TCP6("tcp6", "AF_INET6", "AF_INET6"),
    UNIX("unix", "AF_UNIX", "AF_UNIX"),
    UNIXPACKET("unixpacket", "AF_UNIX", "AF_UNIX");

    private final String network;
    private final String listens;
    private final String dials;

    Kind(String network, String listens, String dials) {
      this.network = network;
      this.listens = listens;
      this.dials = dials;
    }

    private boolean isTcp() {
      return network.startsWith("tcp");
    }

    private String type() {
      return this == UNIXPACKET ? "SOCK_SEQPACKET" : "SOCK_STREAM";
    }

    private String address(Path directory) {
      return switch (this) {
        case TCP -> ":0";
        case TCP4 -> "127.0.0.1:0";
        case TCP6 -> "[::1]:0";
        case UNIX, UNIXPACKET -> directory.resolve(network).toString();
      };
    }
  }

  private static boolean hasIpv6() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @BeforeAll
  void traceAll(@TempDir Path directory) throws Exception {
    Strace strace = new Strace(directory);
    strace.require();
    List<String> program = new ArrayList<>(List.of("calls"));
    for (Kind kind : Kind.values()) {
      if (kind != Kind.TCP6 || IPV6) {
        program.add(kind.network);
        program.add(kind.address(directory));
      }
    }
    Process process = strace.start(List.of(), TracedMain.class, program.toArray(String[]::new));
    process.getInputStream().readAllBytes();
    int status = process.waitFor();
    assertThat(status).as(strace.errors()).isZero();
    trace = strace.trace();
  }

  /** One step after the other, in the order of the program. */
  private final class Steps {
    private final Kind kind;
    private final EpollCalls.Reader reader = new EpollCalls.Reader(EpollCalls.instance(trace));

    Steps(Kind kind) {
      this.kind = kind;
    }

    /** The calls on sockets and epoll, but for the loop's waits. */
    List<String> of(String step) {
      List<Call> calls = Trace.step(kind.network + " " + step, EpollCalls.loop(trace));
      return reader.read(calls).stream().filter(line -> !line.startsWith("epoll_pwait")).toList();
    }
  }

  private static List<String> lines(String... lines) {
    return Stream.of(lines).filter(line -> !line.isEmpty()).toList();
  }

  private static String registered(String socket) {
    return "epoll_ctl(epoll, EPOLL_CTL_ADD, " + socket + ", " + EDGES + ")";
  }

  // in one read: a second one finds the end of the file
  private static String somaxconn() throws IOException {
    try (InputStream in = Files.newInputStream(Path.of("/proc/sys/net/core/somaxconn"))) {
      byte[] text = new byte[32];
      return new String(text, 0, in.read(text), StandardCharsets.US_ASCII).strip();
    }
  }

  private static String v6only(Kind kind, String family, String socket) {
    return family.equals("AF_INET6")
        ? "setsockopt(%s, SOL_IPV6, IPV6_V6ONLY, [%d], 4)"
            .formatted(socket, kind == Kind.TCP6 ? 1 : 0)
        : "";
  }

  private static List<String> withOptions(Kind kind, String socket, String... lines) {
    List<String> all = new ArrayList<>(lines(lines));
    if (kind.isTcp()) {
      all.add("setsockopt(" + socket + ", SOL_TCP, TCP_NODELAY, [1], 4)");
      all.add("setsockopt(" + socket + ", SOL_SOCKET, SO_KEEPALIVE, [1], 4)");
      all.add("setsockopt(" + socket + ", SOL_TCP, TCP_KEEPIDLE, [15], 4)");
      all.add("setsockopt(" + socket + ", SOL_TCP, TCP_KEEPINTVL, [15], 4)");
      all.add("setsockopt(" + socket + ", SOL_TCP, TCP_KEEPCNT, [9], 4)");
    }
    return all;
  }

  private static List<String> dialled(Kind kind, String socket) {
    boolean tcp = kind.isTcp();
    return withOptions(
        kind,
        socket,
        "socket(" + kind.dials + ", " + kind.type() + FLAGS + " = " + socket,
        v6only(kind, kind.dials, socket),
        "connect(" + socket + ", " + kind.dials + ")" + (tcp ? " = EINPROGRESS" : ""),
        registered(socket),
        tcp ? "getsockopt(" + socket + ", SOL_SOCKET, SO_ERROR, [0])" : "",
        tcp ? "getpeername(" + socket + ", " + kind.dials + ")" : "",
        "getsockname(" + socket + ", " + kind.dials + ")",
        tcp ? "" : "getpeername(" + socket + ", " + kind.dials + ")");
  }

  private static List<String> accepted(Kind kind, String socket) {
    return withOptions(
        kind,
        socket,
        "accept4(listener, " + kind.listens + ", SOCK_CLOEXEC|SOCK_NONBLOCK) = " + socket,
        registered(socket),
        "getsockname(" + socket + ", " + kind.listens + ")");
  }

  private static String sent(String socket) {
    return "sendto(" + socket + ", bytes, 64, MSG_NOSIGNAL, NULL, 0) = 64";
  }

  // recvmsg tells whether descriptors came along, behind which the kernel stops reading
  private static String received(Kind kind, String result) {
    return (kind == Kind.UNIX
                ? "recvmsg(server, message, 0)"
                : "recvfrom(server, %s, 64, 0, NULL, NULL)")
            .formatted(result.equals("64") ? "bytes" : "none")
        + " = "
        + result;
  }

  private static List<String> closed(String socket) {
    return lines("epoll_ctl(epoll, EPOLL_CTL_DEL, " + socket + ", NULL)", "close(" + socket + ")");
  }

  @ParameterizedTest
  @EnumSource
  void everyOperationMakesItsCallsAndNoOthers(Kind kind) throws IOException {
    assumeThat(kind != Kind.TCP6 || IPV6).as("IPv6").isTrue();
    Steps steps = new Steps(kind);
    assertThat(steps.of("listen"))
        .isEqualTo(
            lines(
                "socket(" + kind.listens + ", " + kind.type() + FLAGS + " = listener",
                v6only(kind, kind.listens, "listener"),
                kind.isTcp() ? "setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, [1], 4)" : "",
                "bind(listener, " + kind.listens + ")",
                "listen(listener, " + somaxconn() + ")",
                registered("listener"),
                "getsockname(listener, " + kind.listens + ")"));
    assertThat(steps.of("dial")).isEqualTo(dialled(kind, "client"));
    assertThat(steps.of("accept")).isEqualTo(accepted(kind, "server"));
    assertThat(steps.of("read that waits"))
        .isEqualTo(lines(received(kind, "EAGAIN"), sent("client"), received(kind, "64")));
    assertThat(steps.of("write")).isEqualTo(lines(sent("client")));
    assertThat(steps.of("read")).isEqualTo(lines(received(kind, "64")));
    List<String> waiting = new ArrayList<>();
    waiting.add("accept4(listener, none, SOCK_CLOEXEC|SOCK_NONBLOCK) = EAGAIN");
    waiting.addAll(dialled(kind, "client 2"));
    waiting.addAll(closed("client 2"));
    waiting.addAll(accepted(kind, "server 2"));
    waiting.addAll(closed("server 2"));
    assertThat(steps.of("accept that waits")).containsExactlyInAnyOrderElementsOf(waiting);
    assertThat(steps.of("close")).isEqualTo(closed("server"));
    List<String> listenerClosed = new ArrayList<>(kind.isTcp() ? lines() : lines("unlink"));
    listenerClosed.addAll(closed("listener"));
    assertThat(steps.of("close listener")).isEqualTo(listenerClosed);
  }

  @Test
  void aPollerStartsWithItsInstanceItsWakeUpAndATrial() {
    String epoll = EpollCalls.instance(trace);
    for (List<Call> thread : trace.threads()) {
      int start = thread.lastIndexOf(new Call("epoll_create1", "EPOLL_CLOEXEC", epoll));
      if (start >= 0 && thread.get(start + 1).is("eventfd2")) {
        String wakeup = thread.get(start + 1).result();
        EpollCalls.Reader reader = new EpollCalls.Reader(epoll);
        assertThat(thread.get(start + 1).arguments()).isEqualTo("0, EFD_CLOEXEC|EFD_NONBLOCK");
        assertThat(reader.read(thread.subList(start + 2, start + 4)))
            .containsExactly(
                "epoll_ctl(epoll, EPOLL_CTL_ADD, " + wakeup + ", EPOLLIN)",
                "epoll_pwait2(epoll, [], 1024, {tv_sec=0, tv_nsec=0}, NULL, 0)");
        return;
      }
    }
    throw new AssertionError("no thread has made the epoll instance " + epoll);
  }
}
