package io.weft.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Goal: where seccomp denies io_uring, epoll serves and the reason is told; else io_uring does. */
@ContainerTest
class SeccompIT {
  private static final Suite SERVES = Suite.whole("epoll", "on-loop");
  private static final String CALLS =
      "\"names\": [\"io_uring_enter\", \"io_uring_register\", \"io_uring_setup\"]";
  private static final String EPERM = "blocked by the container's seccomp profile (EPERM)";
  private static final String EPERM_REMEDY =
      "allow io_uring_setup, io_uring_enter and io_uring_register in it"
          + " (rather than seccomp=unconfined)";
  private static final String ENOSYS =
      "io_uring is not available on this kernel or sandbox (io_uring_setup: ENOSYS, kernel ";
  private static final String ENOSYS_REMEDY =
      "take a kernel with io_uring, or permit it in the sandbox";

  @Test
  void theShippedProfileLetsAutoTakeIoUring(Images images) throws IOException {
    Box.Ended probe = Weft.run(Box.of(images.server()).with(Limits.shippedProfile()), "probe");

    assertThat(probe.succeeded().out().lines())
        .anySatisfy(line -> assertThat(line).startsWith("poller:     io_uring ("));
  }

  @Test
  void theShippedProfileForbidsWhatItDoesNotName() throws IOException {
    String profile = Files.readString(Limits.PROFILE);

    assertThat(profile).containsOnlyOnce(CALLS).contains("\"defaultAction\": \"SCMP_ACT_ERRNO\"");
    assertThat(profile.split("io_uring", -1)).hasSize(4);
    assertThat(profile).doesNotContain("\"mount\"", "\"bpf\"", "\"unshare\"", "\"setns\"");
  }

  @Test
  void autoTakesEpollAndSaysWhyWhenTheCallsAreForbidden(Images images) throws IOException {
    assertEpollServes(Box.of(images.server()).with(Limits.seccomp(denied(1))), EPERM, EPERM_REMEDY);
  }

  @Test
  void autoTakesEpollAndSaysWhyWhenTheCallsAreUnknown(Images images) throws IOException {
    assertEpollServes(
        Box.of(images.server()).with(Limits.seccomp(denied(38))), ENOSYS, ENOSYS_REMEDY);
  }

  private static void assertEpollServes(Box box, String reason, String remedy) {
    Box.Ended probe = Weft.run(box, "probe").succeeded();
    assertThat(probe.out().lines())
        .anySatisfy(
            line ->
                assertThat(line)
                    .matches("io_uring +no .*")
                    .contains(reason)
                    .endsWith("  " + remedy))
        .anySatisfy(
            line -> assertThat(line).startsWith("poller:     epoll (").contains("io_uring"));

    Box.Ended named = Weft.run(box, "echo", "--listen", "tcp://:0", "--poller", "io_uring");
    assertThat(named.exitCode()).isEqualTo(1);
    assertThat(named.err().strip())
        .startsWith("weft: poller not available: io_uring: " + reason)
        .endsWith("(" + remedy + ")");
    assertThat(named.out()).isEmpty();
  }

  @TestFactory
  Stream<DynamicNode> theSuiteOnEpollWhenTheCallsAreForbidden(Images images)
      throws IOException, XMLStreamException {
    Box box = Box.of(images.suite()).with(Limits.ipv6()).with(Limits.seccomp(denied(1)));
    return new Row("EPERM", SERVES.only("BasicIo", "Close", "Listener"), box).tests();
  }

  @TestFactory
  Stream<DynamicNode> theSuiteOnEpollWhenTheCallsAreUnknown(Images images)
      throws IOException, XMLStreamException {
    Box box = Box.of(images.suite()).with(Limits.ipv6()).with(Limits.seccomp(denied(38)));
    return new Row("ENOSYS", SERVES.only("BasicIo"), box).tests();
  }

  /** The shipped profile, with another answer to the three calls. */
  private static String denied(int errno) throws IOException {
    String allowed = CALLS + ",\n      \"action\": \"SCMP_ACT_ALLOW\"";
    String denied =
        CALLS + ",\n      \"action\": \"SCMP_ACT_ERRNO\",\n      \"errnoRet\": " + errno;
    String profile = Files.readString(Limits.PROFILE);
    assertThat(profile).contains(allowed);
    return profile.replace(allowed, denied);
  }
}
