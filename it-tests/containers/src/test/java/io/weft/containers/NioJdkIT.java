package io.weft.containers;

import java.io.IOException;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

@ContainerTest
class NioJdkIT {
  @TestFactory
  Stream<DynamicNode> suite(Images images) throws IOException, XMLStreamException {
    return new Row("whole", Suite.whole("nio", "jdk"), Box.of(images.suite()).with(Limits.ipv6()))
        .tests();
  }
}
