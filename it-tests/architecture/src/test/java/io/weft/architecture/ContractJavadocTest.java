package io.weft.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Goal: the Javadoc of every method that users call says what the method promises. */
class ContractJavadocTest {
  /** Methods that return what is known, with nothing to promise beyond that. */
  private static final Map<String, List<String>> ACCESSORS =
      Map.of(
          "Conn", List.of("localAddress()", "remoteAddress()"),
          "Listener", List.of("address()", "network()", "isOpen()"),
          "Net",
              List.of("poller()", "scheduling()", "schedulingReason()", "loops()", "loopCounts()"));

  static final List<String> PORTS = List.of("Conn", "Listener", "Net");

  @ParameterizedTest
  @FieldSource("PORTS")
  void everyMethodAnswersWhatAContractHasToAnswer(String port) throws IOException {
    Map<String, String> faults =
        comments(port).entrySet().stream()
            .filter(method -> !accessors(port).contains(method.getKey()))
            .filter(method -> !MethodContracts.fault(method.getValue()).isEmpty())
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, method -> MethodContracts.fault(method.getValue())));
    assertThat(faults).as("methods of " + port).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("PORTS")
  void theAccessorsAreThere(String port) throws IOException {
    assertThat(comments(port)).containsKeys(accessors(port).toArray(String[]::new));
  }

  @Test
  void aContractIsCompleteAndInOrder() {
    assertThat(fault(contract())).isEmpty();
    assertThat(fault("Does.")).startsWith("nothing on [Blocking, Threads, Deadline, Close");
    assertThat(fault(contract().replace("<b>Deadline:</b> none.", "")))
        .isEqualTo("nothing on [Deadline]");
    assertThat(fault(contract().replace("Threads", "Other").replace("Blocking", "Threads")))
        .isEqualTo("nothing on [Blocking]");
    assertThat(fault(contract().replace("Maps to", "X").replace("Source", "Maps to")))
        .isEqualTo("nothing on [Source]");
    assertThat(
            fault(
                contract()
                    .replace("Maps to", "X")
                    .replace("Source", "Maps to")
                    .replace("<b>X:", "<b>Source:")))
        .startsWith("not in the fixed order: [Blocking, ");
    assertThat(fault(contract().replace("<b>Threads:</b> none.", "<p><b>Threads:</b>")))
        .isEqualTo("says nothing: Threads");
    assertThat(fault(contract().replace("<b>Source:</b> none.", "<b>Source:</b>\n@return it")))
        .isEqualTo("says nothing: Source");
  }

  @Test
  void aClauseMayAnswerForSeveralLabels() {
    assertThat(fault(contract().replace("Blocking:</b> none. <b>", "Blocking, "))).isEmpty();
  }

  @Test
  void aMethodMayReferToAnotherOne() {
    assertThat(fault("Does it twice; otherwise as {@link #once()}.")).isEmpty();
    assertThat(fault("Does it twice, as {@link #once()}.")).isNotEmpty();
  }

  /** What is wrong with a method that has this Javadoc, on its way through the parser. */
  private static String fault(String comment) {
    String javadoc = "/**\n * " + comment.replace("\n", "\n * ") + "\n */\n";
    Map<String, String> comments =
        MethodContracts.comments("interface Port {\n" + javadoc + "int read(byte[] to, int at);}");
    assertThat(comments).containsOnlyKeys("read(byte[], int)");
    return MethodContracts.fault(comments.values().iterator().next());
  }

  private static String contract() {
    return MethodContracts.LABELS.stream()
        .map(label -> "<b>" + label + ":</b> none.")
        .collect(Collectors.joining(" ", "Does.\n\n", "\n\n@return what"));
  }

  private static List<String> accessors(String port) {
    return ACCESSORS.getOrDefault(port, List.of());
  }

  private static Map<String, String> comments(String port) throws IOException {
    String file = "api/src/main/java/io/weft/" + port + ".java";
    return MethodContracts.comments(Files.readString(SourceTree.ROOT.resolve(file)));
  }
}
