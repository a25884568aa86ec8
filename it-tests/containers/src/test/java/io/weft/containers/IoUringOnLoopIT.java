package io.weft.containers;

import java.io.IOException;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

@ContainerTest
class IoUringOnLoopIT {
  @TestFactory
  Stream<DynamicNode> suite(Images images) throws IOException, XMLStreamException {
    return new Row(
            "whole",
            Suite.whole("io_uring", "on-loop"),
            Box.of(images.suite()).with(Limits.ipv6()).with(Limits.shippedProfile()))
        .tests();
  }
}
