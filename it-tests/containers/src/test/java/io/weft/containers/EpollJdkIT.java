package io.weft.containers;

import io.weft.spi.Errno;
import java.io.IOException;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

@ContainerTest
class EpollJdkIT {
  @TestFactory
  Stream<DynamicNode> suiteWhereIoUringIsUnknown(Images images)
      throws IOException, XMLStreamException {
    Box box = Box.of(images.suite()).with(Limits.ipv6()).with(Limits.ioUringEnds(Errno.ENOSYS));
    return new Row("whole, io_uring ENOSYS", Suite.whole("epoll", "jdk"), box).tests();
  }
}
