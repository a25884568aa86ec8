package io.weft.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Goal: in a narrow container the best poller that still works serves, and keeps every promise. */
@ContainerTest
class LimitsIT {
  private static final int UID = 1000;
  private static final long MEMLOCK_BYTES = 64 * 1024;
  private static final Map<String, String> NOEXEC_TMP = Map.of("/tmp", "rw,noexec,nosuid,size=64m");
  private static final Map<String, String> EXEC_BESIDE =
      Map.of("/tmp", "rw,noexec,nosuid,size=64m", "/native", "rw,exec,size=1m,mode=1777");
  private static final String PART = "BasicIo";

  @Test
  void withLittleLockedMemoryEpollServesAndTheLimitIsTold(Images images) throws IOException {
    Box box =
        Box.of(images.server())
            .with(Limits.shippedProfile())
            .with(Limits.user(UID))
            .with(Limits.ulimit("memlock", MEMLOCK_BYTES));

    assertThat(Weft.run(box, "probe").succeeded().out().lines())
        .anySatisfy(
            line ->
                assertThat(line)
                    .matches("io_uring +no .*")
                    .contains("KiB of locked memory, the limit is 64 KiB")
                    .contains("raise the limit (ulimit -l, LimitMEMLOCK= of systemd)"))
        .anySatisfy(line -> assertThat(line).startsWith("poller:     epoll ("));
  }

  @Test
  void whereNothingMayBeExecutedIoUringServesWithoutALibrary(Images images) throws IOException {
    Box box =
        Box.of(images.server()).with(Limits.shippedProfile()).with(Limits.readOnlyRoot(NOEXEC_TMP));

    assertThat(Weft.run(box, "probe").succeeded().out().lines())
        .anySatisfy(
            line ->
                assertThat(line)
                    .matches("epoll +no .*")
                    .contains("nothing can be executed in /tmp", "mounted noexec")
                    .contains("set WEFT_NATIVE_DIR to a directory that is not mounted noexec"))
        .anySatisfy(line -> assertThat(line).startsWith("poller:     io_uring ("));
  }

  @Test
  void aDirectoryThatPermitsExecutionBringsEpollBack(Images images) {
    Box box =
        Box.of(images.server())
            .with(Limits.readOnlyRoot(EXEC_BESIDE))
            .with(Limits.environment("WEFT_NATIVE_DIR", "/native"));

    assertThat(Weft.run(box, "run", "--once", "--poller", "epoll").succeeded().out())
        .contains("poller=epoll", "received: ");
  }

  @Test
  void whereNativeAccessIsDeniedNioServesAndTheReasonIsTold(Images images) {
    List<String> options =
        List.of("--illegal-native-access=deny", "--add-opens=java.base/java.lang=ALL-UNNAMED");

    assertThat(Weft.run(Box.of(images.server()), options, "probe").succeeded().out().lines())
        .anySatisfy(
            line ->
                assertThat(line)
                    .matches("io_uring +no .*")
                    .contains("native access", "--enable-native-access"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .matches("epoll +no .*")
                    .contains("native access is denied", "--enable-native-access"))
        .anySatisfy(line -> assertThat(line).startsWith("poller:     nio ("));
  }

  @TestFactory
  Stream<DynamicNode> theSuiteOnNioWithoutNativeAccess(Images images)
      throws IOException, XMLStreamException {
    Suite suite =
        Suite.whole("nio", "on-loop").only(PART).withJvmOptions("--illegal-native-access=deny");
    return new Row("no native access", suite, Box.of(images.suite()).with(Limits.ipv6())).tests();
  }

  @TestFactory
  Stream<DynamicNode> theSuiteOnEpollWithAReadOnlyRoot(Images images)
      throws IOException, XMLStreamException {
    Box box =
        Box.of(images.suite())
            .with(Limits.ipv6())
            .with(Limits.readOnlyRoot(EXEC_BESIDE))
            .with(Limits.environment("WEFT_NATIVE_DIR", "/native"));
    return new Row("read-only root", Suite.whole("epoll", "on-loop").only(PART), box).tests();
  }

  @TestFactory
  Stream<DynamicNode> theSuiteOnEpollAsAPlainUserWithLittleLockedMemory(Images images)
      throws IOException, XMLStreamException {
    Box box =
        Box.of(images.suite())
            .with(Limits.ipv6())
            .with(Limits.user(UID))
            .with(Limits.ulimit("memlock", MEMLOCK_BYTES));
    return new Row("uid 1000, memlock 64 KiB", Suite.whole("epoll", "jdk").only(PART), box).tests();
  }

  @TestFactory
  Stream<DynamicNode> theSuiteOnIoUringAsAPlainUser(Images images)
      throws IOException, XMLStreamException {
    Box box =
        Box.of(images.suite())
            .with(Limits.ipv6())
            .with(Limits.shippedProfile())
            .with(Limits.user(UID));
    return new Row("uid 1000", Suite.whole("io_uring", "on-loop").only(PART), box).tests();
  }

  @TestFactory
  Stream<DynamicNode> theSuiteOnIoUringOnOneCpu(Images images)
      throws IOException, XMLStreamException {
    Box box =
        Box.of(images.suite())
            .with(Limits.ipv6())
            .with(Limits.shippedProfile())
            .with(Limits.firstCpuOnly());
    return new Row("one CPU", Suite.whole("io_uring", "jdk").only(PART), box).tests();
  }

  @TestFactory
  Stream<DynamicNode> theSuiteOnIoUringIn256Mib(Images images)
      throws IOException, XMLStreamException {
    Box box =
        Box.of(images.suite())
            .with(Limits.ipv6())
            .with(Limits.shippedProfile())
            .with(Limits.memoryMib(256));
    return new Row("256 MiB", Suite.whole("io_uring", "on-loop").only(PART), box).tests();
  }

  @TestFactory
  Stream<DynamicNode> theSuiteWithoutIpv6(Images images) throws IOException, XMLStreamException {
    Suite suite = Suite.whole("epoll", "jdk").only("Dial", "ListenAddress", "Control");
    return new Row("no IPv6", suite, Box.of(images.suite())).tests();
  }
}
