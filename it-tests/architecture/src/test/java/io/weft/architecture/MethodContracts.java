package io.weft.architecture;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The contracts of a source file's methods: what their Javadoc says under each label. */
final class MethodContracts {
  /** What every contract answers, in this order; "none" is an answer. */
  static final List<String> LABELS =
      List.of(
          "Blocking",
          "Threads",
          "Deadline",
          "Close and interrupt",
          "Partial effect",
          "Limits and units",
          "Maps to",
          "Source");

  private static final Pattern REFERS = Pattern.compile("(?i)otherwise as \\{@link");
  // a clause may answer for several labels: <b>Blocking, Threads:</b>
  private static final Pattern CLAUSE =
      Pattern.compile("<b>([^<>]+):</b>(.*?)(?=<b>[^<>]+:</b>| @|$)");

  private MethodContracts() {}

  /**
   * The Javadoc of each method by its name and parameter types, on one line, {@code ""} if none.
   */
  static Map<String, String> comments(String source) {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var task =
        (JavacTask)
            compiler.getTask(null, null, null, List.of("-proc:none"), null, List.of(file(source)));
    Map<String, String> comments = new LinkedHashMap<>();
    try {
      for (CompilationUnitTree unit : task.parse()) {
        new Methods(DocTrees.instance(task), comments).scan(unit, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return comments;
  }

  /** What is wrong with a method's contract; {@code ""} if nothing is. */
  static String fault(String comment) {
    if (REFERS.matcher(comment).find()) {
      return "";
    }
    List<MatchResult> clauses = CLAUSE.matcher(comment).results().toList();
    List<String> labels =
        clauses.stream().flatMap(clause -> Arrays.stream(clause.group(1).split(", "))).toList();
    if (!labels.equals(LABELS)) {
      List<String> missing = new ArrayList<>(LABELS);
      missing.removeAll(labels);
      return missing.isEmpty() ? "not in the fixed order: " + labels : "nothing on " + missing;
    }
    return clauses.stream()
        .filter(clause -> clause.group(2).replace("<p>", "").isBlank())
        .map(clause -> "says nothing: " + clause.group(1))
        .collect(Collectors.joining());
  }

  private static JavaFileObject file(String source) {
    URI name = URI.create("string:///Source.java");
    return new SimpleJavaFileObject(name, JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return source;
      }
    };
  }

  private static final class Methods extends TreePathScanner<Void, Void> {
    private final DocTrees trees;
    private final Map<String, String> comments;

    Methods(DocTrees trees, Map<String, String> comments) {
      this.trees = trees;
      this.comments = comments;
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      String parameters =
          method.getParameters().stream()
              .map(VariableTree::getType)
              .map(Object::toString)
              .collect(Collectors.joining(", "));
      String comment = trees.getDocComment(getCurrentPath());
      comments.put(
          method.getName() + "(" + parameters + ")",
          comment == null ? "" : comment.replaceAll("\\s+", " ").strip());
      return null;
    }
  }
}
