package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weft.Net;
import io.weft.NetConfig;
import io.weft.PollerReport;
import io.weft.PollerUnavailableException;
import io.weft.poller.iouring.ring.FaultySys;
import io.weft.poller.iouring.ring.Kernel;
import io.weft.poller.iouring.ring.Sqe;
import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.Capability;
import io.weft.spi.Errno;
import io.weft.spi.NetFactory;
import io.weft.spi.Poller;
import io.weft.spi.PollerProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: whatever keeps the ring away is told in a sentence, with what to do about it. */
class RefusalTest {
  private static final String STATUS = "Gid:\t1000\t1000\nGroups:\t10 20\nSeccomp:\t";
  private static final long KIB = 1024;
  private static final int REGISTER_PBUF_RING = 22;

  @TempDir private Path proc;
  private final FaultySys sys = new FaultySys();

  @BeforeAll
  static void kernelHasRings() {
    Kernel.mustHaveRings();
  }

  @BeforeEach
  void theHostIsPlain() throws IOException {
    says("sys/kernel/osrelease", "6.1.0-test");
    says("sys/kernel/io_uring_disabled", "0");
    says("sys/kernel/io_uring_group", "-1");
    says("self/status", STATUS + "0");
  }

  private void says(String file, String text) throws IOException {
    Path path = proc.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text + "\n");
  }

  private void fails(Call call, Errno errno) {
    sys.with(call, (real, args) -> -errno.number());
  }

  private void limits(int resource, long value) {
    sys.with(
        Call.PRLIMIT64,
        (real, args) -> {
          assertThat(args[1]).isEqualTo(resource);
          FaultySys.at(args[3], 16).set(JAVA_LONG, 0, value);
          return 0;
        });
  }

  /**
   * The report, the error of the named poller and the reason of auto are the same two sentences.
   */
  private void refuses(String reason, String remedy) throws IOException {
    int before = Kernel.descriptors();
    PollerProvider ring = new IoUringPollerProvider(() -> Probe.run(() -> sys, proc));

    assertThat(ring.report()).isEqualTo(new PollerReport("io_uring", false, reason, remedy));

    assertThatExceptionOfType(PollerUnavailableException.class)
        .isThrownBy(ring::open)
        .withMessage("poller io_uring is not available: " + reason + "; " + remedy);
    NetFactory nets = NetFactory.load();
    NetConfig config = NetConfig.DEFAULT.withLoops(1);
    assertThatExceptionOfType(PollerUnavailableException.class)
        .isThrownBy(() -> nets.open(config.withPoller("io_uring"), List.of(ring, new Other())))
        .withMessage("poller not available: io_uring: " + reason + " (" + remedy + ")");
    try (Net net = nets.open(config, List.of(ring, new Other()))) {
      assertThat(net.poller().name()).isEqualTo("other");
      assertThat(net.poller().reason()).contains("io_uring: " + reason + " (" + remedy + ")");
    }
    assertThat(Kernel.descriptors()).isEqualTo(before);
  }

  /** What auto goes on to. */
  private static final class Other implements PollerProvider {
    private final PollerProvider real = new IoUringPollerProvider();

    @Override
    public String name() {
      return "other";
    }

    @Override
    public PollerReport report() {
      return new PollerReport("other", true, "it works", "");
    }

    @Override
    public Set<Capability> lacks() {
      return Set.of();
    }

    @Override
    public Poller open() throws IOException {
      return real.open();
    }
  }

  @Test
  void aKernelOrSandboxWithoutIoUring() throws Exception {
    says("self/status", STATUS + "2");
    fails(Call.IO_URING_SETUP, Errno.ENOSYS);
    refuses(
        "io_uring is not available on this kernel or sandbox"
            + " (io_uring_setup: ENOSYS, kernel 6.1.0-test, seccomp mode 2)",
        "take a kernel with io_uring, or permit it in the sandbox");
  }

  @Test
  void anAdministratorWhoSwitchedItOff() throws Exception {
    says("sys/kernel/io_uring_disabled", "2");
    fails(Call.IO_URING_SETUP, Errno.EPERM);
    refuses(
        "kernel.io_uring_disabled=2: io_uring is switched off on this host",
        "ask the administrator for sysctl kernel.io_uring_disabled=0 (or 1 and a group)");
  }

  @Test
  void anAdministratorWhoPermitsItToAGroup() throws Exception {
    says("sys/kernel/io_uring_disabled", "1");
    says("sys/kernel/io_uring_group", "2000");
    fails(Call.IO_URING_SETUP, Errno.EPERM);
    refuses(
        "kernel.io_uring_disabled=1 permits only members of group 2000 (kernel.io_uring_group);"
            + " this process has gid 1000 and groups 10 20",
        "join that group, or ask the administrator for sysctl kernel.io_uring_disabled=0");
  }

  @ParameterizedTest
  @CsvSource({"0,-1", "1,1000", "1,20", "'',''"})
  void aProfileOfAContainer(String disabled, String group) throws Exception {
    says("sys/kernel/io_uring_disabled", disabled);
    says("sys/kernel/io_uring_group", group);
    says("self/status", STATUS + "2");
    fails(Call.IO_URING_SETUP, Errno.EPERM);
    refuses(
        "blocked by the container's seccomp profile (EPERM)",
        "allow io_uring_setup, io_uring_enter and io_uring_register in it"
            + " (rather than seccomp=unconfined)");
  }

  @ParameterizedTest
  @CsvSource({"EPERM,0", "EACCES,0", "EACCES,2"})
  void aSecurityModule(Errno errno, int seccomp) throws Exception {
    says("self/status", STATUS + seccomp);
    fails(Call.IO_URING_SETUP, errno);
    refuses(
        "refused by a security module (" + errno + "; see the audit log)",
        "permit io_uring in its policy (SELinux, AppArmor)");
  }

  @Test
  void tooLittleLockedMemoryAlsoForAShortQueue() throws Exception {
    limits(8, 64 * KIB);
    fails(Call.IO_URING_SETUP, Errno.ENOMEM);
    refuses(
        "each loop needs 180 KiB of locked memory, the limit is 64 KiB, and other processes of this"
            + " user count, too (ENOMEM)",
        "raise the limit (ulimit -l, LimitMEMLOCK= of systemd), or take fewer loops");
  }

  @Test
  void noMemoryAtAll() throws Exception {
    limits(8, -1);
    fails(Call.IO_URING_SETUP, Errno.ENOMEM);
    refuses("the kernel has no memory for a ring (ENOMEM)", "free some");
  }

  @ParameterizedTest
  @EnumSource(
      value = Call.class,
      names = {"IO_URING_SETUP", "EVENTFD2", "SOCKETPAIR", "SOCKET"})
  void tooFewDescriptors(Call call) throws Exception {
    limits(7, 256);
    fails(call, Errno.EMFILE);
    refuses(
        "each loop needs two descriptors, and this process may have 256 in all (EMFILE)",
        "raise the limit of open files (ulimit -n, LimitNOFILE= of systemd)");
  }

  @Test
  void aHostWithoutDescriptors() throws Exception {
    fails(Call.IO_URING_SETUP, Errno.ENFILE);
    refuses("the system has no descriptor left (ENFILE)", "raise sysctl fs.file-max");
  }

  @Test
  void whateverElseTheKernelSays() throws Exception {
    fails(Call.IO_URING_SETUP, Errno.EPROTO);
    refuses("the kernel refuses a ring: protocol error (EPROTO)", "report it as a fault of Weft");
  }

  @Test
  void aKernelBeforeTheFlagsOf61() throws Exception {
    int ofLater = 1 << 12 | 1 << 13;
    sys.with(
        Call.IO_URING_SETUP,
        (real, args) ->
            (FaultySys.at(args[1], 120).get(JAVA_INT, 8) & ofLater) != 0
                ? -Errno.EINVAL.number()
                : real.getAsLong());
    refuses(
        "the kernel lacks IORING_SETUP_SINGLE_ISSUER (Linux 6.0),"
            + " IORING_SETUP_DEFER_TASKRUN (Linux 6.1)",
        "boot Linux 6.1 or later");
  }

  @Test
  void aKernelWithoutAFeature() throws Exception {
    sys.with(
        Call.IO_URING_SETUP,
        (real, args) -> {
          long fd = real.getAsLong();
          var params = FaultySys.at(args[1], 120);
          params.set(JAVA_INT, 20, params.get(JAVA_INT, 20) & ~(1 << 8));
          return fd;
        });
    refuses("the kernel lacks IORING_FEAT_EXT_ARG (Linux 5.11)", "boot Linux 6.1 or later");
  }

  @Test
  void aKernelWithoutAnOperation() throws Exception {
    sys.with(
        Call.IO_URING_REGISTER,
        (real, args) -> {
          long result = real.getAsLong();
          if (args[1] == 8) {
            FaultySys.at(args[2] + 16 + 8L * Sqe.SEND, 8).fill((byte) 0);
          }
          return result;
        });
    refuses("the kernel lacks IORING_OP_SEND (Linux 5.6)", "boot Linux 6.1 or later");
  }

  @Test
  void aKernelWithoutRingsOfBuffers() throws Exception {
    sys.with(
        Call.IO_URING_REGISTER,
        (real, args) -> args[1] == REGISTER_PBUF_RING ? -Errno.EINVAL.number() : real.getAsLong());
    refuses("the kernel lacks IORING_REGISTER_PBUF_RING (Linux 5.19)", "boot Linux 6.1 or later");
  }

  @Test
  void aCompletionThatDoesNotCome() throws Exception {
    sys.with(Call.IO_URING_ENTER, (real, args) -> -62);
    PollerReport report = Probe.run(() -> sys, proc).report();
    assertThat(report.reason()).isEqualTo("an operation on a ring does not end");
    assertThat(sys.calls(Call.MUNMAP)).as("what may be the kernel's is not freed").isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "EVENTFD2, EMFILE, 7, 256, may have 256 in all (EMFILE); raise the limit of open files",
    "IO_URING_SETUP, ENOMEM, 8, 8388608, the limit is 8192 KiB"
  })
  void aRingThatIsRefusedLaterIsExplainedToo(
      Call call, Errno errno, int resource, long limit, String why) {
    Probe good = Probe.run(() -> sys, proc);
    limits(resource, limit);
    fails(call, errno);
    assertThatExceptionOfType(PollerUnavailableException.class)
        .isThrownBy(good::open)
        .withMessageContaining(why);
  }

  @Test
  void aRingForWhichThereIsNoMemoryJustNowIsTriedAgain() throws Exception {
    Probe good = Probe.run(() -> sys, proc);
    AtomicInteger refusals = new AtomicInteger(10);
    sys.with(
        Call.IO_URING_SETUP,
        (real, args) -> refusals.getAndDecrement() > 0 ? -Errno.ENOMEM.number() : real.getAsLong());
    good.open().close();
    assertThat(refusals).hasNegativeValue();
  }

  @Test
  void whoIsInterruptedDoesNotWaitForMemory() throws Exception {
    Probe good = Probe.run(() -> sys, proc);
    fails(Call.IO_URING_SETUP, Errno.ENOMEM);
    int before = sys.calls(Call.IO_URING_SETUP);
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(PollerUnavailableException.class).isThrownBy(good::open);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(sys.calls(Call.IO_URING_SETUP) - before).as("one try: two queues").isEqualTo(2);
  }

  @Test
  void aShorterQueueWhereTheLockedMemoryEnds() throws Exception {
    List<Integer> tried = new ArrayList<>();
    sys.with(
        Call.IO_URING_SETUP,
        (real, args) -> {
          int entries = FaultySys.at(args[1], 120).get(JAVA_INT, 4);
          tried.add(entries);
          return entries > 2048 ? -Errno.ENOMEM.number() : real.getAsLong();
        });
    assertThat(Probe.run(() -> sys, proc).report().available()).isTrue();
    assertThat(tried).endsWith(8192, 2048);
  }
}
