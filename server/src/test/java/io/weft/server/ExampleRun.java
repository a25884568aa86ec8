package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An example that runs in this JVM, on a thread of its own, with the lines that it prints. One at a
 * time: standard output is diverted while it runs.
 */
final class ExampleRun implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;

  private final String name;
  private final PrintStream standardOutput = System.out;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Thread thread;
  // what main threw; read after the thread has ended
  private @Nullable Throwable failure;

  private ExampleRun(String name, Thread.Builder builder, Main main) {
    this.name = name;
    this.thread = builder.unstarted(() -> run(main));
  }

  /** Starts the main method of a compiled example. */
  static ExampleRun start(ClassLoader examples, String name, String... args) throws Exception {
    Class<?> type = examples.loadClass(name);
    Constructor<?> constructor = type.getDeclaredConstructor();
    constructor.setAccessible(true);
    Object example = constructor.newInstance();
    Method main =
        Arrays.stream(type.getDeclaredMethods())
            .filter(method -> method.getName().equals("main"))
            .findFirst()
            .orElseThrow();
    main.setAccessible(true);
    Object[] arguments = main.getParameterCount() == 0 ? new Object[0] : new Object[] {args};
    ExampleRun run =
        new ExampleRun(name, Thread.ofPlatform().name(name), () -> main.invoke(example, arguments));
    System.setOut(new PrintStream(run.new Lines(), true, StandardCharsets.UTF_8));
    run.thread.start();
    return run;
  }

  private void run(Main main) {
    try {
      main.run();
    } catch (InvocationTargetException e) {
      failure = e.getCause();
    } catch (ReflectiveOperationException e) {
      failure = e;
    }
  }

  /** The next line that it printed. */
  String line() throws InterruptedException {
    String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(line).as("a line of %s, which threw %s", name, failure).isNotNull();
    return line;
  }

  /** The port of the line that tells where it listens. */
  int port() throws InterruptedException {
    String line = line();
    assertThat(line).matches("(listening|echo) on tcp 127\\.0\\.0\\.1:\\d+");
    return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
  }

  /** Waits until main has returned. */
  void returns() throws InterruptedException {
    assertThat(ending()).as("what %s threw", name).isNull();
  }

  /** Interrupts main, which serves for ever, and waits for what it throws. */
  @Nullable Throwable interrupted() throws InterruptedException {
    thread.interrupt();
    return ending();
  }

  private @Nullable Throwable ending() throws InterruptedException {
    thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    assertThat(thread.isAlive()).as("%s still runs", name).isFalse();
    return failure;
  }

  /** What it printed and nobody took. */
  BlockingQueue<String> rest() {
    return lines;
  }

  @Override
  public void close() {
    try {
      interrupted();
    } catch (InterruptedException e) {
      throw new AssertionError(name + " was still running", e);
    } finally {
      System.setOut(standardOutput);
    }
  }

  /** Calls the main method. */
  private interface Main {
    void run() throws ReflectiveOperationException;
  }

  /** Cuts what is printed into lines. */
  private final class Lines extends OutputStream {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    @Override
    public synchronized void write(int b) {
      if (b == '\n') {
        lines.add(line.toString(StandardCharsets.UTF_8));
        line.reset();
      } else {
        line.write(b);
      }
    }
  }
}
