package io.weft.tck;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.FileReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the process holds at one moment.
 *
 * @param descriptors how many descriptors are open of each target ({@code socket:[4711]})
 * @param threads by id: all virtual threads, and the platform threads that a net or a case started
 * @param directCount buffers of native memory
 * @param directBytes their size
 * @param mappings memory that is shared with the kernel (rings)
 */
record Resources(
    Map<String, Integer> descriptors,
    Map<Long, String> threads,
    long directCount,
    long directBytes,
    long mappings) {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final Path MAPPINGS = Path.of("/proc/self/maps");
  private static final Pattern THREAD = Pattern.compile("#(\\d+) \"(.*)\" (virtual )?[A-Z_]+ .*");
  // a thread without a name of its own is nobody's of the JDK
  private static final Pattern OURS = Pattern.compile("(weft-|conn-|Thread-\\d).*|");

  static Resources now() {
    BufferPoolMXBean direct = directPool();
    return new Resources(
        openDescriptors(),
        runningThreads(),
        direct.getCount(),
        direct.getMemoryUsed(),
        sharedMappings());
  }

  /** How many sockets are open at this moment. */
  static int openSockets() {
    return openDescriptors().entrySet().stream()
        .filter(open -> open.getKey().startsWith("socket:") || open.getKey().equals("any"))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  /** The pipes that are open at this moment, where the system tells. */
  static Set<String> openPipes() {
    return openDescriptors().keySet().stream()
        .filter(target -> target.startsWith("pipe:"))
        .collect(Collectors.toSet());
  }

  private static BufferPoolMXBean directPool() {
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      if (pool.getName().equals("direct")) {
        return pool;
      }
    }
    throw new AssertionError("this JVM does not count its native memory");
  }

  private static Map<String, Integer> openDescriptors() {
    Map<String, Integer> targets = new HashMap<>();
    if (!Files.isDirectory(DESCRIPTORS)) {
      UnixOperatingSystemMXBean system =
          ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
      return Map.of("any", (int) system.getOpenFileDescriptorCount());
    }
    try (DirectoryStream<Path> open = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path descriptor : open) {
        try {
          targets.merge(Files.readSymbolicLink(descriptor).toString(), 1, Integer::sum);
        } catch (NoSuchFileException | NotLinkException e) {
          // closed since it was listed
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // the one that lists them
    targets.keySet().removeIf(target -> target.matches("/proc/\\d+/fd"));
    return targets;
  }

  private static Map<Long, String> runningThreads() {
    Map<Long, String> threads = new HashMap<>();
    ThreadDump.text()
        .lines()
        .map(THREAD::matcher)
        .filter(Matcher::matches)
        .filter(thread -> thread.group(3) != null || OURS.matcher(thread.group(2)).matches())
        .forEach(thread -> threads.put(Long.valueOf(thread.group(1)), thread.group()));
    return threads;
  }

  private static long sharedMappings() {
    if (!Files.exists(MAPPINGS)) {
      return 0;
    }
    try (BufferedReader lines =
        new BufferedReader(new FileReader(MAPPINGS.toFile(), StandardCharsets.UTF_8))) {
      return lines.lines().filter(line -> line.contains("anon_inode:")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
