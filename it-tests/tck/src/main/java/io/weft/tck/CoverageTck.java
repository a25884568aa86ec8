package io.weft.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Goal: a run that leaves a case out is red. Runs last, tells which ids ran, and fails on a gap
 * between the table of cases and the run.
 */
@Tck
@Order(Integer.MAX_VALUE)
@ExtendWith(CoverageTck.Judge.class)
class CoverageTck {
  @Test
  void everyCaseOfTheTableRanOrIsWaived(ExtensionContext context) throws Exception {
    SuiteConfig config = SuiteConfig.of(context);
    Coverage coverage =
        new Coverage(
            config,
            config.lacks(),
            RunRecord.of(context),
            CaseTable.load(),
            parameter -> SuiteConfig.isOn(context, parameter));
    Report.print(coverage.summary());
    RunRecord.of(context).verifyNoLeakAtAll(config);
    assertThat(coverage.unknownIds()).as("ids that the table does not know").isEmpty();
    List<String> notRun = coverage.methodsNotRun();
    if (!notRun.isEmpty() && !SuiteConfig.isOn(context, "weft.tck.whole")) {
      String reason = "a part of the suite was selected: gaps are not judged";
      Report.print("weft-tck: " + reason + "; did not run: " + notRun);
      Assumptions.abort(reason);
    }
    assertThat(notRun)
        .as("cases that did not run; weft.tck.whole=false allows a run of a part")
        .isEmpty();
    assertThat(coverage.gaps()).as("due and did not run").isEmpty();
    Optional<String> file = context.getConfigurationParameter("weft.tck.record");
    if (file.isPresent()) {
      record(Path.of(file.get()), config, RunRecord.of(context).runs());
    }
  }

  private static void record(Path file, SuiteConfig config, Map<String, Integer> runs)
      throws IOException {
    List<String> lines = new ArrayList<>();
    runs.forEach(
        (family, count) ->
            lines.add(
                String.join("\t", config.poller(), "" + config.scheduling(), family, "" + count)));
    Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Hands the context of the run to the test. */
  static final class Judge implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == ExtensionContext.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context;
    }
  }
}
