package io.weft.server.proxy;

import java.io.IOException;
import java.io.Writer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A file that is written at its end. When it was moved away or removed, to rotate it, another one
 * of its name takes its place with the next write, or a second later. Belongs to one thread.
 */
final class LogFile extends Writer {
  private static final long LOOK_NANOS = 1_000_000_000;
  private static final Logger LOGGER = System.getLogger(LogFile.class.getName());

  private final Path path;
  private final LongSupplier clock;
  private @Nullable Object key;
  private Writer out;
  private long lookedNanos;
  private boolean failing;

  /** Opens the file, and makes it if it is not there. */
  LogFile(Path path, LongSupplier clock) throws IOException {
    this.path = path;
    this.clock = clock;
    // before it is opened: if it is moved in between, that shows at the next look
    this.key = key(path);
    this.out = open(path);
    this.lookedNanos = clock.getAsLong();
  }

  @Override
  public void write(char[] chars, int offset, int length) throws IOException {
    long now = clock.getAsLong();
    if (now - lookedNanos >= LOOK_NANOS) {
      lookedNanos = now;
      look();
    }
    out.write(chars, offset, length);
  }

  // where no new one can be opened, the old one still takes lines
  private void look() {
    try {
      Object now = key(path);
      if (now == null || !now.equals(key)) {
        Writer next = open(path);
        out.close();
        out = next;
        key = now;
      }
      failing = false;
    } catch (IOException e) {
      if (!failing) {
        LOGGER.log(Level.WARNING, "the access log cannot be opened again: " + e.getMessage());
      }
      failing = true;
    }
  }

  private static Writer open(Path path) throws IOException {
    return Files.newBufferedWriter(
        path, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static @Nullable Object key(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
