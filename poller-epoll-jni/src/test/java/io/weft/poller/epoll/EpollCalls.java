package io.weft.poller.epoll;

import io.weft.tck.trace.Trace;
import io.weft.tck.trace.Trace.Call;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a trace tells of a loop on epoll. */
final class EpollCalls {
  private static final List<String> CREATED = List.of("listener", "client");

  private EpollCalls() {}

  /** The calls of the only loop. */
  static List<Call> loop(Trace trace) {
    return trace.of("weft-epoll-0");
  }

  /** The epoll instance that the loop waits for. */
  static String instance(Trace trace) {
    List<String> instances =
        loop(trace).stream()
            .filter(call -> call.name().startsWith("epoll_pwait"))
            .map(Call::descriptor)
            .distinct()
            .toList();
    if (instances.size() != 1) {
      throw new AssertionError("the loop waits for the instances " + instances);
    }
    return instances.getFirst();
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
      String result = call.result();
      if (call.is("socket") || (call.is("accept4") && !result.startsWith("E"))) {
        roles.put(result, call.is("socket") ? nextCreated() : "server" + suffix(accepted++));
        result = Objects.requireNonNull(roles.get(call.result()));
      } else if (call.is("close")) {
        roles.remove(call.descriptor());
      }
      return call.name() + "(" + arguments + ")" + (result.equals("0") ? "" : " = " + result);
    }

    private String nextCreated() {
      return CREATED.get(Math.min(created, 1)) + suffix(Math.max(created++ - 1, 0));
    }

    private static String suffix(int number) {
      return number == 0 ? "" : " " + (number + 1);
    }

    private String arguments(Call call) {
      String text =
          call.arguments()
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
