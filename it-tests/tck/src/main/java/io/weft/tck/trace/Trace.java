package io.weft.tck.trace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The system calls of a process, thread by thread.
 *
 * @param threads what each thread has called, in its order
 */
public record Trace(List<List<Call>> threads) {
  private static final Pattern LINE = Pattern.compile("(\\w+)\\((.*)\\) += (.*)");

  /**
   * One system call.
   *
   * @param name its name
   * @param arguments as strace writes them
   * @param result what it returned, or the error's name
   */
  public record Call(String name, String arguments, String result) {
    /**
     * Whether it is one of several.
     *
     * @param names the names of system calls
     * @return whether its name is among them
     */
    public boolean is(String... names) {
      return List.of(names).contains(name);
    }

    /**
     * Its first argument, the descriptor of most calls.
     *
     * @return a number, in most cases
     */
    public String descriptor() {
      return arguments.replaceFirst(",.*", "");
    }
  }

  static Trace read(Path directory) throws IOException {
    List<List<Call>> threads = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.getFileName().toString().startsWith("thread.")) {
          threads.add(calls(Files.readAllLines(file, StandardCharsets.ISO_8859_1)));
        }
      }
    }
    return new Trace(threads);
  }

  private static List<Call> calls(List<String> lines) {
    List<Call> calls = new ArrayList<>();
    for (String line : lines) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        String result = matcher.group(3).replaceFirst("-1 (E\\w+).*", "$1");
        calls.add(new Call(matcher.group(1), matcher.group(2), result));
      }
    }
    return calls;
  }

  /**
   * The calls of the only thread that has given itself a name.
   *
   * @param thread the name, of which the kernel keeps 15 characters
   * @return its calls
   */
  public List<Call> of(String thread) {
    String naming = "PR_SET_NAME, \"" + thread + "\"";
    List<List<Call>> named =
        threads.stream()
            .filter(calls -> calls.stream().anyMatch(call -> call.arguments.startsWith(naming)))
            .toList();
    if (named.size() != 1) {
      throw new AssertionError(named.size() + " threads are named " + thread);
    }
    return named.getFirst();
  }

  /**
   * The calls of all threads, one thread's after the other's.
   *
   * @return all calls
   */
  public Stream<Call> all() {
    return threads.stream().flatMap(List::stream);
  }

  /**
   * The calls between the announcement of a step, on standard output, and that of the next one.
   *
   * @param name the step
   * @param calls of the thread that takes it
   * @return those of the step
   */
  public static List<Call> step(String name, List<Call> calls) {
    List<Call> step = new ArrayList<>();
    boolean inside = false;
    boolean found = false;
    for (Call call : calls) {
      if (call.is("write") && call.arguments.startsWith("1, \"step ")) {
        inside = call.arguments.startsWith("1, \"step " + name + "\\n\"");
        found |= inside;
      } else if (inside) {
        step.add(call);
      }
    }
    if (!found) {
      throw new AssertionError("no step " + name);
    }
    return step;
  }
}
