package io.weft.containers;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ulimit;
import io.weft.spi.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** What a container is not given: each of these is a setting of {@link Box#with}. */
final class Limits {
  /** The profile that the project ships: Docker's default, and io_uring. */
  static final Path PROFILE = Script.ROOT.resolve("config/seccomp/io_uring.json");

  /** The calls of io_uring, as that profile names them. */
  static final String IO_URING_CALLS =
      "\"names\": [\"io_uring_enter\", \"io_uring_register\", \"io_uring_setup\"]";

  private static final Path IPV6 = Path.of("/proc/sys/net/ipv6");
  private static final long MIB = 1 << 20;

  private Limits() {}

  /** A seccomp profile, as JSON. */
  static Consumer<CreateContainerCmd> seccomp(String profile) {
    return command -> host(command).withSecurityOpts(List.of("seccomp=" + profile));
  }

  /** The profile that the project ships. */
  static Consumer<CreateContainerCmd> shippedProfile() throws IOException {
    return seccomp(Files.readString(PROFILE));
  }

  /**
   * The profile that the project ships, with an error in place of io_uring, as Docker's default.
   */
  static Consumer<CreateContainerCmd> ioUringEnds(Errno with) throws IOException {
    String allowed = IO_URING_CALLS + ",\n      \"action\": \"SCMP_ACT_ALLOW\"";
    String denied =
        IO_URING_CALLS
            + ",\n      \"action\": \"SCMP_ACT_ERRNO\",\n      \"errnoRet\": "
            + with.number();
    String profile = Files.readString(PROFILE);
    if (!profile.contains(allowed)) {
      throw new AssertionError(PROFILE + " does not allow io_uring as expected");
    }
    return seccomp(profile.replace(allowed, denied));
  }

  /** A limit of {@code setrlimit}, soft and hard. */
  static Consumer<CreateContainerCmd> ulimit(String name, long max) {
    return command -> {
      Ulimit[] given = host(command).getUlimits();
      List<Ulimit> all = new ArrayList<>(given == null ? List.of() : List.of(given));
      all.removeIf(limit -> limit.getName().equals(name));
      all.add(new Ulimit(name, max, max));
      host(command).withUlimits(all);
    };
  }

  /** A user, by number, who is in no group. */
  static Consumer<CreateContainerCmd> user(int uid) {
    return command -> command.withUser(uid + ":" + uid);
  }

  static Consumer<CreateContainerCmd> memoryMib(long mib) {
    return command -> host(command).withMemory(mib * MIB).withMemorySwap(mib * MIB);
  }

  static Consumer<CreateContainerCmd> firstCpuOnly() {
    return command -> host(command).withCpusetCpus("0");
  }

  /** A root that cannot be written, with memory to write to at these places: path and options. */
  static Consumer<CreateContainerCmd> readOnlyRoot(Map<String, String> memory) {
    return command -> host(command).withReadonlyRootfs(true).withTmpFs(memory);
  }

  /** A root that cannot be written, with memory to write to in /tmp, where nothing is executed. */
  static Consumer<CreateContainerCmd> readOnly() {
    return readOnlyRoot(Map.of("/tmp", "rw,noexec,nosuid,size=16m"));
  }

  /** Engines switch IPv6 off where there is no network but loopback. */
  static Consumer<CreateContainerCmd> ipv6() {
    return command -> {
      if (Files.exists(IPV6)) {
        host(command).withSysctls(Map.of("net.ipv6.conf.all.disable_ipv6", "0"));
      }
    };
  }

  static Consumer<CreateContainerCmd> environment(String name, String value) {
    return command -> {
      String[] given = command.getEnv();
      List<String> all = new ArrayList<>(given == null ? List.of() : List.of(given));
      all.add(name + "=" + value);
      command.withEnv(all);
    };
  }

  private static HostConfig host(CreateContainerCmd command) {
    return Objects.requireNonNull(command.getHostConfig());
  }
}
