package io.weft.bench.side;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Asks another JVM what all its threads have allocated, those that have ended included. */
final class Allocation implements AutoCloseable {
  private final JMXConnector connector;
  private final MBeanServerConnection beans;

  // the other end is a child of this process, on the same machine
  @SuppressWarnings("BanJNDI")
  Allocation(long pid) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(String.valueOf(pid));
      try {
        connector =
            JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new IOException("the JVM cannot be attached to", e);
    }
    beans = connector.getMBeanServerConnection();
  }

  /** Bytes since the JVM was started; this call is in them with some kilobytes. */
  long bytes() throws IOException {
    try {
      return (Long)
          beans.getAttribute(
              new ObjectName("java.lang:type=Threading"), "TotalThreadAllocatedBytes");
    } catch (JMException e) {
      throw new IOException("the JVM does not tell what it has allocated", e);
    }
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
