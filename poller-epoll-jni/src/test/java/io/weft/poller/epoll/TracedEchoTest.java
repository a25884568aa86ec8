package io.weft.poller.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Scheduling;
import io.weft.tck.trace.Strace;
import io.weft.tck.trace.Trace;
import io.weft.tck.trace.Trace.Call;
import io.weft.tck.trace.TracedEcho;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: an echoed message costs one read, one write and a share of one wait, as a tracer sees it;
 * and calls that the tracer lets fail are made again.
 *
 * <p>The clients are the JDK's sockets, outside the trace.
 */
class TracedEchoTest {
  private static final int CONNECTIONS = 64;
  private static final int MESSAGES = 10_000;

  @TempDir Path directory;
  private Strace strace;

  @BeforeEach
  void require() throws Exception {
    strace = new Strace(directory);
    strace.require();
  }

  @Test
  void onALoopAMessageIsOneReadOneWriteAndAShareOfAWait() throws Exception {
    Trace trace = echo(Scheduling.ON_LOOP, MESSAGES, List.of());

    List<Call> calls = Trace.step(TracedEcho.STEP, EpollCalls.loop(trace));
    assertThat(calls).map(Call::name).doesNotContain("epoll_ctl");
    assertThat(count(calls, "recvfrom")).isEqualTo(MESSAGES);
    assertThat(count(calls, "sendto")).isEqualTo(MESSAGES);
    assertThat(count(calls, "epoll_pwait2", "epoll_pwait")).isPositive().isLessThan(MESSAGES);
    // nobody has to wake it: besides, nothing but reads and writes
    assertThat(calls)
        .filteredOn(call -> !call.is("recvfrom", "sendto", "epoll_pwait2", "epoll_pwait"))
        .filteredOn(ofSockets(calls, EpollCalls.instance(trace)))
        .isEmpty();
    assertRegistrations(trace);
  }

  @Test
  void onTheJdksSchedulerTheLoopOnlyWaits() throws Exception {
    Trace trace = echo(Scheduling.JDK, MESSAGES, List.of());

    assertThat(EpollCalls.loop(trace))
        .filteredOn(call -> call.is("recvfrom", "sendto", "accept4", "epoll_ctl"))
        .isEmpty();
    List<Call> all = trace.all().toList();
    int messages = CONNECTIONS + MESSAGES;
    assertThat(count(all, "sendto")).isEqualTo(messages);
    // for each connection a first attempt and the end
    assertThat(count(all, "recvfrom")).isBetween(messages, messages + 2 * CONNECTIONS);
    assertThat(count(EpollCalls.loop(trace), "epoll_pwait2", "epoll_pwait")).isLessThan(MESSAGES);
    assertRegistrations(trace);
  }

  /** One for the listener and for each connection, and none that is ever changed. */
  private static void assertRegistrations(Trace trace) {
    Stream<Call> ofPoller =
        trace
            .all()
            .filter(
                call ->
                    call.is("epoll_ctl") && call.descriptor().equals(EpollCalls.instance(trace)));
    List<String> operations = ofPoller.map(Call::arguments).toList();
    assertThat(operations).noneMatch(operation -> operation.contains("EPOLL_CTL_MOD"));
    assertThat(operations)
        .filteredOn(operation -> operation.contains("EPOLL_CTL_ADD"))
        .filteredOn(operation -> operation.contains("EPOLLIN|EPOLLOUT|EPOLLRDHUP|EPOLLET"))
        .hasSize(CONNECTIONS + 1);
  }

  private static Predicate<Call> ofSockets(List<Call> calls, String epoll) {
    List<String> descriptors =
        calls.stream().filter(call -> call.is("sendto")).map(Call::descriptor).distinct().toList();
    assertThat(descriptors).hasSize(CONNECTIONS);
    return call -> descriptors.contains(call.descriptor()) || call.descriptor().equals(epoll);
  }

  /** Every other call fails, of those that may be interrupted before they have done anything. */
  @Test
  void interruptedCallsAreMadeAgain() throws Exception {
    String injected = "inject=accept4,recvfrom,sendto,epoll_pwait2:error=EINTR:when=1+2";

    Trace trace = echo(Scheduling.ON_LOOP, 1000, List.of("-e", injected));

    for (String name : List.of("accept4", "recvfrom", "sendto", "epoll_pwait2")) {
      assertThat(EpollCalls.loop(trace))
          .as(name)
          .anyMatch(call -> call.is(name) && call.result().equals("EINTR"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ECONNABORTED", "EMFILE", "ENOBUFS"})
  void afterAFailedAcceptTheConnectionIsStillThere(String errno) throws Exception {
    String injected = "inject=accept4:error=" + errno + ":when=2+3";

    Trace trace = echo(Scheduling.ON_LOOP, CONNECTIONS, List.of("-e", injected));

    assertThat(EpollCalls.loop(trace))
        .filteredOn(call -> call.is("accept4") && call.result().equals(errno))
        .hasSizeGreaterThan(CONNECTIONS / 3);
  }

  private static int count(List<Call> calls, String... names) {
    return (int) calls.stream().filter(call -> call.is(names)).count();
  }

  /** So many messages, after a first one on each connection. */
  static TracedEcho echo(int messages) {
    return new TracedEcho(CONNECTIONS, CONNECTIONS, messages);
  }

  private Trace echo(Scheduling scheduling, int messages, List<String> options) throws Exception {
    String[] program = {"echo", scheduling.name(), Integer.toString(messages)};
    Process process = strace.start(options, TracedMain.class, program);
    echo(messages).converse(process, strace);
    return strace.trace();
  }
}
