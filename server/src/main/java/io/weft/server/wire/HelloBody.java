package io.weft.server.wire;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A ClientHello without records and head, as far as it leads to the server name. */
final class HelloBody {
  private static final int VERSION_AND_RANDOM_BYTES = 34;
  private static final int SERVER_NAME = 0;
  private static final int HOST_NAME = 0;

  private HelloBody() {}

  /** The name as {@link ClientHello} has it, or null when there is none. */
  static @Nullable String serverName(ByteBuffer body) throws HelloFault {
    HelloFields hello = new HelloFields(body);
    hello.skip(VERSION_AND_RANDOM_BYTES, "the random value");
    hello.skip(hello.number(1, "the session id"), "the session id");
    hello.skip(hello.number(2, "the cipher suites"), "the cipher suites");
    hello.skip(hello.number(1, "the compression methods"), "the compression methods");
    if (hello.isEmpty()) {
      return null; // extensions are optional before TLS 1.3
    }
    HelloFields extensions = hello.vector("the extensions");
    hello.requireEmpty("the extensions");
    boolean seen = false;
    String name = null;
    while (!extensions.isEmpty()) {
      int type = extensions.number(2, "an extension");
      if (type != SERVER_NAME) {
        extensions.skip(extensions.number(2, "an extension"), "an extension");
      } else if (seen) {
        throw new HelloFault("there is a second extension server_name");
      } else {
        seen = true;
        name = hostName(extensions.vector("server_name"));
      }
    }
    return name;
  }

  private static @Nullable String hostName(HelloFields extension) throws HelloFault {
    HelloFields names = extension.vector("the list of server names");
    extension.requireEmpty("the list of server names");
    if (names.isEmpty()) {
      throw new HelloFault("the list of server names is empty");
    }
    String name = null;
    while (!names.isEmpty()) {
      int type = names.number(1, "a server name");
      HelloFields value = names.vector("a server name");
      if (type == HOST_NAME) {
        if (name != null) {
          throw new HelloFault("there is a second host name");
        }
        name = ServerNames.sent(value.rest());
      }
    }
    return name;
  }
}
