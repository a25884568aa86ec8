package io.weft.tck;

import io.weft.Network;
import io.weft.spi.Capability;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Runs a case for each of its networks and placements. */
final class TckTemplate implements TestTemplateInvocationContextProvider {
  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return AnnotationSupport.isAnnotated(context.getTestMethod(), TckTest.class);
  }

  @Override
  public boolean mayReturnZeroTestTemplateInvocationContexts(ExtensionContext context) {
    return true;
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    SuiteConfig config = SuiteConfig.of(context);
    TckTest test = context.getRequiredTestMethod().getAnnotation(TckTest.class);
    RunRecord record = RunRecord.of(context);
    List<TestTemplateInvocationContext> invocations = new ArrayList<>();
    if (!test.optIn().isEmpty() && !SuiteConfig.isOn(context, test.optIn())) {
      record.excuse(context.getRequiredTestMethod(), "opt-in");
      return invocations.stream();
    }
    for (Network network : test.networks()) {
      if (network == Network.UNIXPACKET && config.lacks().contains(Capability.UNIXPACKET)) {
        continue;
      }
      for (Placement placement : test.placements()) {
        invocations.add(new CaseInvocation(config, network, placement));
      }
    }
    if (invocations.isEmpty()) {
      record.excuse(context.getRequiredTestMethod(), "lacks " + Capability.UNIXPACKET);
    }
    return invocations.stream();
  }
}
