package io.weft.poller.epoll;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The system calls of a process, thread by thread.
 *
 * @param threads what each thread has called, in its order
 */
record Trace(List<List<Call>> threads) {
  private static final Pattern LINE = Pattern.compile("(\\w+)\\((.*)\\) += (.*)");
  private static final List<String> CREATED = List.of("listener", "client");

  /**
   * One system call.
   *
   * @param arguments as strace writes them
   * @param result what it returned, or the error's name
   */
  record Call(String name, String arguments, String result) {
    boolean is(String... names) {
      return List.of(names).contains(name);
    }

    /** Its first argument, the descriptor of most calls. */
    String descriptor() {
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

  /** The calls of the only loop, the thread that has given itself that name. */
  List<Call> loop() {
    String naming = "PR_SET_NAME, \"weft-epoll-0\"";
    List<List<Call>> named =
        threads.stream()
            .filter(thread -> thread.stream().anyMatch(call -> call.arguments.equals(naming)))
            .toList();
    if (named.size() != 1) {
      throw new AssertionError(named.size() + " threads are named weft-epoll-0");
    }
    return named.getFirst();
  }

  /** The epoll instance that the loop waits for. */
  String epoll() {
    List<String> instances =
        loop().stream()
            .filter(call -> call.name.startsWith("epoll_pwait"))
            .map(Call::descriptor)
            .distinct()
            .toList();
    if (instances.size() != 1) {
      throw new AssertionError("the loop waits for the instances " + instances);
    }
    return instances.getFirst();
  }

  /** The calls of all threads, one thread's after the other's. */
  Stream<Call> all() {
    return threads.stream().flatMap(List::stream);
  }

  /** The calls between the announcement of a step and that of the next one. */
  static List<Call> step(String name, List<Call> calls) {
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

  /**
   * Names descriptors after their roles and leaves out what differs from run to run, and what is
   * done to other files than sockets. The first sockets that are made are a listener and a client.
   */
  static final class Reader {
    private final Map<String, String> roles = new HashMap<>();
    private int created;
    private int accepted;

    Reader(String epoll) {
      roles.put(epoll, "epoll");
    }

    List<String> read(List<Call> calls) {
      List<String> lines = new ArrayList<>();
      for (Call call : calls) {
        if (call.is("unlink")) {
          lines.add("unlink");
        } else if (call.is("socket") || roles.containsKey(call.descriptor())) {
          lines.add(line(call));
        }
      }
      return lines;
    }

    private String line(Call call) {
      String arguments = arguments(call);
      String result = call.result;
      if (call.is("socket") || (call.is("accept4") && !result.startsWith("E"))) {
        roles.put(result, call.is("socket") ? nextCreated() : "server" + suffix(accepted++));
        result = Objects.requireNonNull(roles.get(call.result));
      } else if (call.is("close")) {
        roles.remove(call.descriptor());
      }
      return call.name + "(" + arguments + ")" + (result.equals("0") ? "" : " = " + result);
    }

    private String nextCreated() {
      return CREATED.get(Math.min(created, 1)) + suffix(Math.max(created++ - 1, 0));
    }

    private static String suffix(int number) {
      return number == 0 ? "" : " " + (number + 1);
    }

    private String arguments(Call call) {
      String text =
          call.arguments
              .replaceAll("\\{sa_family=(\\w+)[^}]*\\}", "$1")
              .replaceAll("(AF_\\w+), (\\d+|\\[\\d+ => \\d+\\])", "$1")
              .replaceAll("\\{events=([A-Z|]+), data=\\{[^}]*\\}\\}", "$1")
              .replaceAll("0x[0-9a-f]+(, \\[\\d+\\])?", "none")
              .replaceAll(", \\[\\d+ => \\d+\\]", "")
              .replaceAll("\\{msg_.*\\}", "message")
              .replaceAll("\"[^\"]*\"(\\.\\.\\.)?", "bytes")
              .replace("IPPROTO_IP", "0");
      List<String> words = new ArrayList<>(List.of(text.split(", ")));
      words.replaceAll(
          word -> isDescriptor(call, words, word) ? roles.getOrDefault(word, word) : word);
      return String.join(", ", words);
    }

    private boolean isDescriptor(Call call, List<String> words, String word) {
      int place = words.indexOf(word);
      boolean held = place == 0 || (place == 2 && call.is("epoll_ctl"));
      return held && roles.containsKey(word);
    }
  }
}
