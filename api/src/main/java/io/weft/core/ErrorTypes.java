package io.weft.core;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;

/** The JDK's exception types, each with the facts of {@link io.weft.NetError}. */
final class ErrorTypes {
  private ErrorTypes() {}

  static final class Bind extends BindException implements ErrorFacts.Holder {
    private static final long serialVersionUID = 1L;
    private final ErrorFacts facts;

    Bind(String message, ErrorFacts facts) {
      super(message);
      this.facts = facts;
    }

    @Override
    public ErrorFacts facts() {
      return facts;
    }
  }

  static final class Refused extends ConnectException implements ErrorFacts.Holder {
    private static final long serialVersionUID = 1L;
    private final ErrorFacts facts;

    Refused(String message, ErrorFacts facts) {
      super(message);
      this.facts = facts;
    }

    @Override
    public ErrorFacts facts() {
      return facts;
    }
  }

  static final class Unknown extends UnknownHostException implements ErrorFacts.Holder {
    private static final long serialVersionUID = 1L;
    private final ErrorFacts facts;

    Unknown(String message, ErrorFacts facts) {
      super(message);
      this.facts = facts;
    }

    @Override
    public ErrorFacts facts() {
      return facts;
    }
  }

  static final class NoRoute extends NoRouteToHostException implements ErrorFacts.Holder {
    private static final long serialVersionUID = 1L;
    private final ErrorFacts facts;

    NoRoute(String message, ErrorFacts facts) {
      super(message);
      this.facts = facts;
    }

    @Override
    public ErrorFacts facts() {
      return facts;
    }
  }

  static final class Timeout extends SocketTimeoutException implements ErrorFacts.Holder {
    private static final long serialVersionUID = 1L;
    private final ErrorFacts facts;

    Timeout(String message, ErrorFacts facts) {
      super(message);
      this.facts = facts;
    }

    @Override
    public ErrorFacts facts() {
      return facts;
    }
  }

  static final class Interrupted extends InterruptedIOException implements ErrorFacts.Holder {
    private static final long serialVersionUID = 1L;
    private final ErrorFacts facts;

    Interrupted(String message, ErrorFacts facts) {
      super(message);
      this.facts = facts;
    }

    @Override
    public ErrorFacts facts() {
      return facts;
    }
  }

  static final class Other extends SocketException implements ErrorFacts.Holder {
    private static final long serialVersionUID = 1L;
    private final ErrorFacts facts;

    Other(String message, ErrorFacts facts) {
      super(message);
      this.facts = facts;
    }

    @Override
    public ErrorFacts facts() {
      return facts;
    }
  }

  static final class Closed extends ClosedChannelException implements ErrorFacts.Holder {
    private static final long serialVersionUID = 1L;
    private final String message;
    private final ErrorFacts facts;

    Closed(String message, ErrorFacts facts) {
      this.message = message;
      this.facts = facts;
    }

    @Override
    public String getMessage() {
      return message;
    }

    @Override
    public ErrorFacts facts() {
      return facts;
    }
  }

  static final class ClosedDuring extends AsynchronousCloseException implements ErrorFacts.Holder {
    private static final long serialVersionUID = 1L;
    private final String message;
    private final ErrorFacts facts;

    ClosedDuring(String message, ErrorFacts facts) {
      this.message = message;
      this.facts = facts;
    }

    @Override
    public String getMessage() {
      return message;
    }

    @Override
    public ErrorFacts facts() {
      return facts;
    }
  }

  /** A net that could not be opened. */
  static final class NotOpened extends IOException implements ErrorFacts.Holder {
    private static final long serialVersionUID = 1L;
    private final ErrorFacts facts;

    NotOpened(String message, ErrorFacts facts) {
      super(message);
      this.facts = facts;
    }

    @Override
    public ErrorFacts facts() {
      return facts;
    }
  }

  static final class Unsupported extends UnsupportedOperationException
      implements ErrorFacts.Holder {
    private static final long serialVersionUID = 1L;
    private final ErrorFacts facts;

    Unsupported(String message, ErrorFacts facts) {
      super(message);
      this.facts = facts;
    }

    @Override
    public ErrorFacts facts() {
      return facts;
    }
  }
}
