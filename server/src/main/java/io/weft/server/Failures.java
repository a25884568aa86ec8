package io.weft.server;

import com.google.inject.ProvisionException;
import io.weft.AddressException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns whatever ends a command early into one line on standard error and an exit code. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final Console console;

  Failures(Console console) {
    this.console = console;
  }

  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    return usage(failure.getMessage() + " (see " + command + " --help)");
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    Throwable cause = causeOf(failure);
    if (cause instanceof AddressException) {
      return usage(textOf(cause));
    }
    boolean expected =
        cause instanceof IOException || cause instanceof UnsupportedOperationException;
    console.error(firstLine(expected ? textOf(cause) : "internal error: " + cause));
    System.getLogger(Failures.class.getName()).log(Level.DEBUG, "command failed", cause);
    return ExitCode.SOFTWARE;
  }

  private int usage(String message) {
    console.error(firstLine(message));
    return ExitCode.USAGE;
  }

  // Guice and futures wrap what happened
  private static Throwable causeOf(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null
        && (cause instanceof ProvisionException || cause instanceof ExecutionException)) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static String textOf(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.toString() : message;
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse(text);
  }
}
