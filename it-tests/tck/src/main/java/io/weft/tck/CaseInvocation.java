package io.weft.tck;

import static java.util.Objects.requireNonNull;

import io.weft.Network;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;

/** One run of a case: opens its net, closes it, and checks that nothing is left. */
final class CaseInvocation
    implements TestTemplateInvocationContext,
        BeforeEachCallback,
        ParameterResolver,
        AfterEachCallback {
  private final SuiteConfig config;
  private final Network network;
  private final Placement placement;
  private @Nullable TestingNet net;

  CaseInvocation(SuiteConfig config, Network network, Placement placement) {
    this.config = config;
    this.network = network;
    this.placement = placement;
  }

  @Override
  public String getDisplayName(int index) {
    return "[" + network + ", " + placement + "]";
  }

  @Override
  public List<Extension> getAdditionalExtensions() {
    return List.of(this);
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    RunRecord.of(context).leakCheck(config);
    net = new TestingNet(config, network, placement);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestingNet.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return requireNonNull(net);
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    RunRecord record = RunRecord.of(context);
    record.ran(context.getRequiredTestMethod(), network, placement);
    if (context.getExecutionException().isPresent()) {
      Report.print(
          "weft-tck: "
              + context.getRequiredTestMethod().getName()
              + getDisplayName(0)
              + " failed; its random data comes from weft.tck.seed="
              + config.seed());
    }
    try {
      requireNonNull(net).close();
    } finally {
      net = null;
      record.verifyNoLeak(config);
    }
  }
}
