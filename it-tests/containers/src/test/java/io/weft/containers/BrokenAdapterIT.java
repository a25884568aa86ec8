package io.weft.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.containers.SuiteReport.Outcome;
import java.io.IOException;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Test;

/** Goal: a row can be red. An adapter that breaks a promise, or is tested less, turns it so. */
@ContainerTest
class BrokenAdapterIT {
  @Test
  void anAdapterThatLosesAByteIsRed(Images images) throws IOException, XMLStreamException {
    Suite suite =
        Suite.whole("lossy", "on-loop")
            .only("BasicIo")
            .withBrokenAdapters()
            .withJvmOptions("-Dweft.tck.patience-millis=300");

    Row.Result result = row(images, suite).run();

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.report().failed())
        .extracting(Outcome::name)
        .anySatisfy(name -> assertThat(name).contains("(TestingNet)"));
    Row.verifyEnd(result);
  }

  @Test
  void anAdapterThatIsTestedLessThanOnTheHostIsRed(Images images)
      throws IOException, XMLStreamException {
    Suite suite = Suite.whole("epoll", "on-loop").only("Control");
    Row whole = row(images, suite);
    Row poor = row(images, suite.withBrokenAdapters());

    Row.Result result = poor.run();

    assertThat(result.exitCode()).as("every test that ran passed").isZero();
    assertThatThrownBy(() -> Row.verifyCount(result, whole.run().report().runs()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("ControlTck");
  }

  private static Row row(Images images, Suite suite) {
    return new Row("broken", suite, Box.of(images.suite()).with(Limits.ipv6()));
  }
}
