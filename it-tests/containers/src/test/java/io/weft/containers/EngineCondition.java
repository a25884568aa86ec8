package io.weft.containers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/** Whether a Docker engine answers: asked once for a run, and told once. */
final class EngineCondition implements ExecutionCondition {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create("io.weft.containers");
  private static final String NOT_RUN = "containers: NOT RUN (no Docker engine)";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    boolean answers =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .computeIfAbsent(EngineCondition.class, key -> answers(), Boolean.class);
    if (answers) {
      return ConditionEvaluationResult.enabled("a Docker engine answers");
    }
    if ("true".equals(System.getenv("CI"))) {
      throw new ExtensionConfigurationException(NOT_RUN + ", and CI=true");
    }
    return ConditionEvaluationResult.disabled(NOT_RUN);
  }

  private static boolean answers() {
    boolean answers = DockerClientFactory.instance().isDockerAvailable();
    if (answers) {
      Leftovers.sweep();
    } else {
      // past what Maven keeps for the reports: it is to be seen
      new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8).println(NOT_RUN);
    }
    return answers;
  }
}
