package io.weft.server.admin;

import java.nio.charset.StandardCharsets;

/**
 * What a request gets.
 *
 * @param status HTTP's number
 * @param type of the content
 * @param content all of it
 */
record Answer(int status, String type, String content) {
  static final int OK = 200;
  static final int BAD_REQUEST = 400;
  static final int UNAVAILABLE = 503;

  private static final String PLAIN = "text/plain; charset=utf-8";

  static Answer plain(int status, String line) {
    return new Answer(status, PLAIN, line + "\n");
  }

  static Answer json(String text) {
    return new Answer(OK, "application/json", text + "\n");
  }

  byte[] bytes() {
    return content.getBytes(StandardCharsets.UTF_8);
  }
}
