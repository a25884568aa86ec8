package io.weft.server;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weft completion}. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    header = "Prints a script by which a shell completes commands and options of weft.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  source <(weft completion bash)",
      "  weft completion bash > /etc/bash_completion.d/weft",
      "  source <(weft completion zsh)",
      "",
      "Exit codes: 0 normal; 2 usage."
    })
final class CompletionCommand implements Callable<Integer> {
  private static final List<String> SHELLS = List.of("bash", "zsh");

  private final Console console;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
  private String shell = "";

  CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    assert spec != null;
    if (!SHELLS.contains(shell)) {
      throw new ParameterException(
          spec.commandLine(), "no completion for the shell '" + shell + "' (use bash or zsh)");
    }
    // one script serves both: it has zsh load its emulation of bash
    console.out().print(AutoComplete.bash("weft", spec.root().commandLine()));
    console.out().flush();
    return ExitCode.OK;
  }
}
