package io.weft.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.spi.Errno;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/**
 * Goal: where seccomp denies io_uring, epoll serves and the reason is told; else io_uring does. The
 * rows of epoll run under such profiles.
 */
@ContainerTest
class SeccompIT {
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

    assertThat(profile)
        .containsOnlyOnce(Limits.IO_URING_CALLS)
        .contains("\"defaultAction\": \"SCMP_ACT_ERRNO\"");
    assertThat(profile.split("io_uring", -1)).hasSize(4);
    assertThat(profile).doesNotContain("\"mount\"", "\"bpf\"", "\"unshare\"", "\"setns\"");
  }

  @Test
  void autoTakesEpollAndSaysWhyWhenTheCallsAreForbidden(Images images) throws IOException {
    assertEpollServes(
        Box.of(images.server()).with(Limits.ioUringEnds(Errno.EPERM)), EPERM, EPERM_REMEDY);
  }

  @Test
  void autoTakesEpollAndSaysWhyWhenTheCallsAreUnknown(Images images) throws IOException {
    assertEpollServes(
        Box.of(images.server()).with(Limits.ioUringEnds(Errno.ENOSYS)), ENOSYS, ENOSYS_REMEDY);
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
}
