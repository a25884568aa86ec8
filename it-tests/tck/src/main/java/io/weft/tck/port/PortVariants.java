package io.weft.tck.port;

import io.weft.Network;
import io.weft.spi.Poller;
import io.weft.spi.PollerProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** Gives each test its variants, and a rig for each of them. */
final class PortVariants implements TestTemplateInvocationContextProvider {
  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return context.getTestInstance().orElse(null) instanceof PollerPortTck;
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    PollerProvider provider = ((PollerPortTck) context.getRequiredTestInstance()).provider();
    List<PortVariant> variants = new ArrayList<>();
    for (Network network : List.of(Network.TCP, Network.UNIX)) {
      variants.add(new PortVariant(network, false));
      if (anyThread(provider)) {
        variants.add(new PortVariant(network, true));
      }
    }
    return variants.stream().map(variant -> new Invocation(provider, variant));
  }

  private static boolean anyThread(PollerProvider provider) {
    try (Poller poller = provider.open()) {
      return poller.anyThread();
    } catch (IOException e) {
      throw new UncheckedIOException(provider.name() + " does not open", e);
    }
  }

  private record Invocation(PollerProvider provider, PortVariant variant)
      implements TestTemplateInvocationContext, ParameterResolver {
    @Override
    public String getDisplayName(int invocationIndex) {
      return variant.toString();
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(this);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == PortRig.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      // JUnit closes what a store holds when the test has ended, and reports what close throws
      return context
          .getStore(ExtensionContext.Namespace.create(PortVariants.class))
          .computeIfAbsent(PortRig.class, key -> PortRig.open(provider, variant), PortRig.class);
    }
  }
}
