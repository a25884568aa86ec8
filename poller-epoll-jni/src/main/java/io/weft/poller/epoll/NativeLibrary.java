package io.weft.poller.epoll;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Brings the library that {@link EpollNative} is bound to out of the jar and into this process: by
 * way of a private directory with a random name, which is gone again as soon as the library is
 * loaded.
 */
final class NativeLibrary {
  /** The environment variable that names where that directory is made, if not in /tmp. */
  static final String DIRECTORY_VARIABLE = "WEFT_NATIVE_DIR";

  private static final String FILE = "libweft_epoll.so";
  private static final String USE_NIO = "use nio";

  /** Why the library is not there, and what to do about it. */
  record Refusal(String reason, String remedy) {}

  /** Loads when it is first asked for, and once: the outcome does not change. */
  private static final class Once {
    static final @Nullable Refusal REFUSAL =
        load(System.getProperty("os.name"), System.getProperty("os.arch"), directory());
  }

  private NativeLibrary() {}

  /** Loads the library, unless that was tried already; null when it is there. */
  static @Nullable Refusal load() {
    return Once.REFUSAL;
  }

  private static Path directory() {
    String named = System.getenv(DIRECTORY_VARIABLE);
    boolean absent = named == null || named.isEmpty();
    return Path.of(absent ? System.getProperty("java.io.tmpdir") : named);
  }

  static @Nullable Refusal load(String system, String architecture, Path directory) {
    String name = architecture.equals("amd64") ? "x86_64" : architecture;
    boolean known = name.equals("x86_64") || name.equals("aarch64");
    if (!system.equals("Linux") || !known) {
      String here = system + " on " + architecture;
      return new Refusal("epoll needs Linux on x86-64 or aarch64, and this is " + here, USE_NIO);
    }
    String resource = "/META-INF/native/linux-" + name + "/" + FILE;
    try (InputStream library = NativeLibrary.class.getResourceAsStream(resource)) {
      if (library == null) {
        return new Refusal(
            "this jar was built without the library for Linux on " + name,
            "build it where gcc compiles for " + name + ", or " + USE_NIO);
      }
      return load(library, directory);
    } catch (IOException e) {
      return new Refusal("the library cannot be read from the jar: " + e, USE_NIO);
    }
  }

  static @Nullable Refusal load(InputStream library, Path directory) {
    Path folder = null;
    try {
      // readable by its owner only
      folder = Files.createTempDirectory(directory, "weft-");
      Path file = folder.resolve(FILE);
      Files.copy(library, file);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
      return load(file);
    } catch (IOException e) {
      return new Refusal(
          "the library cannot be written to " + directory + ": " + e, setDirectory("is writable"));
    } finally {
      if (folder != null) {
        delete(folder.resolve(FILE));
        delete(folder);
      }
    }
  }

  @SuppressWarnings("restricted") // native access is the point
  private static @Nullable Refusal load(Path file) {
    try {
      System.load(file.toString());
      return null;
    } catch (UnsatisfiedLinkError e) {
      // of a file that its owner may execute this is true on every other file system
      if (!Files.isExecutable(file)) {
        return new Refusal(
            "nothing can be executed in " + file.getParent() + ": mounted noexec (" + e + ")",
            setDirectory("is not mounted noexec"));
      }
      return new Refusal("the library does not load: " + e.getMessage(), USE_NIO);
    } catch (IllegalCallerException e) {
      Module module = NativeLibrary.class.getModule();
      String name = module.isNamed() ? module.getName() : "ALL-UNNAMED";
      return new Refusal(
          "native access is denied: " + e.getMessage(), "add --enable-native-access=" + name);
    }
  }

  private static String setDirectory(String which) {
    return "set " + DIRECTORY_VARIABLE + " to a directory that " + which;
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // it holds nothing secret, and the library is loaded or not all the same
    }
  }
}
