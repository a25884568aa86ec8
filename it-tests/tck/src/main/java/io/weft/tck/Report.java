package io.weft.tck;

/** Where the suite tells what it did. */
final class Report {
  private Report() {}

  static void print(String text) {
    System.getLogger(Report.class.getPackageName()).log(System.Logger.Level.INFO, text);
  }
}
