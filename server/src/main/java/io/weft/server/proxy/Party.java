package io.weft.server.proxy;

/** Who can end a session. */
public enum Party {
  CLIENT,
  SERVER,
  PROXY;

  /** The other side of the client, or of the server. */
  Party other() {
    return switch (this) {
      case CLIENT -> SERVER;
      case SERVER -> CLIENT;
      case PROXY -> PROXY;
    };
  }

  @Override
  public String toString() {
    return Words.of(this);
  }
}
