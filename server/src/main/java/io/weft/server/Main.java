package io.weft.server;

import java.security.Security;
import picocli.CommandLine;

/** Where the process starts: {@code java -jar weft.jar COMMAND}. */
public final class Main {
  private static final String ADDRESS_AGE_SECONDS = "networkaddress.cache.ttl";

  private Main() {}

  /**
   * Runs one command and ends the process with its exit code.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    // Guice's generated classes need sun.misc.Unsafe, of which the JDK warns on standard error
    System.setProperty("guice_bytecode_gen_option", "DISABLED");
    // how old an address may be is said by --resolve-interval
    if (Security.getProperty(ADDRESS_AGE_SECONDS) == null) {
      Security.setProperty(ADDRESS_AGE_SECONDS, "1");
    }
    System.exit(run(Console.ofProcess(), args));
  }

  static int run(Console console, String... args) {
    Failures failures = new Failures(console);
    return commandLine(console)
        .setOut(console.out())
        .setErr(console.err())
        .setUsageHelpWidth(100)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .execute(args);
  }

  private static CommandLine commandLine(Console console) {
    return new CommandLine(new WeftCommand())
        .addSubcommand(new RunCommand(console))
        .addSubcommand(new CheckCommand(console))
        .addSubcommand(new EchoCommand(console))
        .addSubcommand(new ProxyCommand(console))
        .addSubcommand(new ProbeCommand(console))
        .addSubcommand(new HealthCommand(console))
        .addSubcommand(new CompletionCommand(console));
  }
}
