/**
 * Checks the layout of every Java file of the repository, or mends it. The build runs it, with
 * google-java-format on the class path: {@code java -cp FORMATTER Format.java check|write ROOT}.
 */
void main(String[] args) throws IOException {
  boolean write = args[0].equals("write");
  List<String> command = new ArrayList<>();
  command.addAll(write ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
  List<String> files = javaFiles(Path.of(args[1]));
  command.addAll(files);

  StringWriter said = new StringWriter();
  PrintWriter out = new PrintWriter(said);
  int status =
      ToolProvider.findFirst("google-java-format")
          .orElseThrow()
          .run(out, out, command.toArray(String[]::new));
  out.flush();
  if (status == 0) {
    IO.println(files.size() + " Java files are formatted");
  } else {
    IO.print(said);
    IO.println("FAILED: these files are not formatted. To mend them: mvn -N -Pformat");
  }
  System.exit(status);
}

/** All but what is built and what is hidden. */
List<String> javaFiles(Path root) throws IOException {
  List<String> found = new ArrayList<>();
  Files.walkFileTree(
      root,
      new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
          String name = folder.getFileName().toString();
          boolean skipped = !folder.equals(root) && (name.equals("target") || name.startsWith("."));
          return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
          if (file.toString().endsWith(".java")) {
            found.add(file.toString());
          }
          return FileVisitResult.CONTINUE;
        }
      });
  found.sort(null);
  return found;
}
