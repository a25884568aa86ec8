package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: what the shell is given completes commands, options and their values. */
class CompletionTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "bash, pro, proxy probe",
    "zsh, pro, proxy probe",
    "bash, run --conf, --config",
    "bash, proxy --upst, --upstream",
    "bash, echo --scheduling on, on-loop",
    "bash, dance --conf, ''"
  })
  void completesWhatIsTyped(String shell, String typed, String expected) throws Exception {
    Path script = Files.writeString(folder.resolve("completion"), script(shell));

    // outside of a completion bash has no compopt that works
    Process bash =
        new ProcessBuilder(
                "bash",
                "-c",
                "compopt() { :; }; source \"$1\"; COMP_WORDS=(weft $2);"
                    + " COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _complete_weft; echo"
                    + " \"${COMPREPLY[*]}\"",
                "-",
                script.toString(),
                typed)
            .redirectErrorStream(true)
            .start();

    String answer = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(List.of(answer.strip().split(" ")))
        .containsExactlyInAnyOrderElementsOf(List.of(expected.split(" ")));
  }

  private static String script(String shell) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    assertThat(Main.run(Console.of(stream, System.err), "completion", shell)).isZero();
    return out.toString(StandardCharsets.UTF_8);
  }
}
