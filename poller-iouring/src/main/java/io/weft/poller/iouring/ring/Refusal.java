package io.weft.poller.iouring.ring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.weft.poller.iouring.ring.sys.Sys;
import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Why there is no ring here, as its message, and what to do about it. */
public final class Refusal extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int RLIMIT_NOFILE = 7;
  private static final int RLIMIT_MEMLOCK = 8;
  private static final int KIB = 1024;

  public final String reason;
  public final String remedy;

  public Refusal(String reason, String remedy) {
    super(reason);
    this.reason = reason;
    this.remedy = remedy;
  }

  /**
   * What an error number means, by what the system tells of itself below that directory; locked
   * bytes are what a loop needs of them.
   */
  public static Refusal of(IOException failure, Sys sys, Path proc, long lockedBytes) {
    if (failure instanceof Refusal refusal) {
      return refusal;
    }
    Errno errno = failure instanceof ErrnoException e ? Errno.of(e.errno()) : null;
    return switch (errno) {
      case ENOSYS ->
          new Refusal(
              ("io_uring is not available on this kernel or sandbox (io_uring_setup: ENOSYS,"
                      + " kernel %s, seccomp mode %s)")
                  .formatted(
                      line(proc, "sys/kernel/osrelease", ""),
                      line(proc, "self/status", "Seccomp:")),
              "take a kernel with io_uring, or permit it in the sandbox");
      case EPERM, EACCES -> forbidden(errno, proc);
      case ENOMEM -> noMemory(limit(sys, RLIMIT_MEMLOCK), lockedBytes);
      case EMFILE ->
          new Refusal(
              "each loop needs two descriptors, and this process may have %d in all (EMFILE)"
                  .formatted(limit(sys, RLIMIT_NOFILE)),
              "raise the limit of open files (ulimit -n, LimitNOFILE= of systemd)");
      case ENFILE ->
          new Refusal("the system has no descriptor left (ENFILE)", "raise sysctl fs.file-max");
      case null, default ->
          new Refusal(
              "the kernel refuses a ring: " + failure.getMessage(), "report it as a fault of Weft");
    };
  }

  private static Refusal forbidden(Errno errno, Path proc) {
    String disabled = line(proc, "sys/kernel/io_uring_disabled", "");
    String group = line(proc, "sys/kernel/io_uring_group", "");
    String gid = line(proc, "self/status", "Gid:").replaceFirst("\\s.*", "");
    String groups = line(proc, "self/status", "Groups:");
    if (disabled.equals("2")) {
      return new Refusal(
          "kernel.io_uring_disabled=2: io_uring is switched off on this host",
          "ask the administrator for sysctl kernel.io_uring_disabled=0 (or 1 and a group)");
    }
    if (disabled.equals("1") && !List.of((gid + " " + groups).split(" ")).contains(group)) {
      return new Refusal(
          ("kernel.io_uring_disabled=1 permits only members of group %s"
                  + " (kernel.io_uring_group); this process has gid %s and groups %s")
              .formatted(group, gid, groups),
          "join that group, or ask the administrator for sysctl kernel.io_uring_disabled=0");
    }
    if (errno == Errno.EPERM && line(proc, "self/status", "Seccomp:").equals("2")) {
      return new Refusal(
          "blocked by the container's seccomp profile (EPERM)",
          "allow io_uring_setup, io_uring_enter and io_uring_register in it"
              + " (rather than seccomp=unconfined)");
    }
    return new Refusal(
        "refused by a security module (" + errno + "; see the audit log)",
        "permit io_uring in its policy (SELinux, AppArmor)");
  }

  private static Refusal noMemory(long limitBytes, long lockedBytes) {
    if (limitBytes < 0) {
      return new Refusal("the kernel has no memory for a ring (ENOMEM)", "free some");
    }
    return new Refusal(
        ("each loop needs %d KiB of locked memory, the limit is %d KiB,"
                + " and other processes of this user count, too (ENOMEM)")
            .formatted(lockedBytes / KIB, limitBytes / KIB),
        "raise the limit (ulimit -l, LimitMEMLOCK= of systemd), or take fewer loops");
  }

  /** As getrlimit(2): negative when there is none. */
  private static long limit(Sys sys, int resource) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limits = arena.allocate(JAVA_LONG, 2);
      sys.call(Call.PRLIMIT64, 0, resource, 0, limits.address());
      return limits.get(JAVA_LONG, 0);
    }
  }

  /** The rest of the line that begins so; empty when there is none. */
  public static String line(Path proc, String file, String begin) {
    try {
      return Files.readAllLines(proc.resolve(file)).stream()
          .filter(line -> line.startsWith(begin))
          .findFirst()
          .map(line -> line.substring(begin.length()).strip())
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }
}
