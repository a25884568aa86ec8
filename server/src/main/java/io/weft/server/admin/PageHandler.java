package io.weft.server.admin;

import java.nio.ByteBuffer;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;

/** Answers requests with pages, and all others with what is wrong with them. */
final class PageHandler extends Handler.Abstract {
  private static final HttpField[] ALWAYS = {
    new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store"),
    new PreEncodedHttpField("X-Content-Type-Options", "nosniff"),
    new PreEncodedHttpField(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
  };

  private final Map<String, Page> pages;

  PageHandler(Map<String, Page> pages) {
    this.pages = pages;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    send(response, answer(request, response.getHeaders()), callback);
    return true;
  }

  private Answer answer(Request request, HttpFields.Mutable headers) throws InterruptedException {
    Page page = pages.get(Request.getPathInContext(request));
    if (page == null) {
      return Answer.plain(
          HttpStatus.NOT_FOUND_404,
          "not found; there are " + String.join(", ", pages.keySet().stream().sorted().toList()));
    }
    if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
      headers.put(HttpHeader.ALLOW, "GET, HEAD");
      return Answer.plain(HttpStatus.METHOD_NOT_ALLOWED_405, "use GET or HEAD");
    }
    Fields query = Request.extractQueryParameters(request);
    return page.get(query::getValue);
  }

  /** What a request gets that is none, or that met a fault. */
  static boolean fail(Request request, Response response, Callback callback) {
    String reason = HttpStatus.getMessage(response.getStatus());
    send(response, Answer.plain(response.getStatus(), reason), callback);
    return true;
  }

  private static void send(Response response, Answer answer, Callback callback) {
    response.setStatus(answer.status());
    for (HttpField field : ALWAYS) {
      response.getHeaders().put(field);
    }
    byte[] content = answer.bytes();
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.type());
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.length);
    response.write(true, ByteBuffer.wrap(content), callback);
  }
}
