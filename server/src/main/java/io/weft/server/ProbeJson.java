package io.weft.server;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.weft.Net;
import io.weft.PollerReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code weft probe} tells, for programs. */
final class ProbeJson {
  private ProbeJson() {}

  /**
   * Writes it.
   *
   * @param net what the options choose; null when there is nothing that they can
   */
  static String of(List<PollerReport> reports, @Nullable Net net) {
    JsonArray pollers = new JsonArray();
    for (PollerReport report : reports) {
      JsonObject poller = new JsonObject();
      poller.addProperty("name", report.name());
      poller.addProperty("available", report.available());
      poller.addProperty("reason", report.reason());
      poller.addProperty("remedy", report.remedy());
      pollers.add(poller);
    }
    JsonObject all = new JsonObject();
    all.add("pollers", pollers);
    if (net != null) {
      all.add("chosen", chosen(net));
    }
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(all);
  }

  private static JsonObject chosen(Net net) {
    JsonObject chosen = new JsonObject();
    chosen.addProperty("poller", net.poller().name());
    chosen.addProperty("poller-reason", net.poller().reason());
    chosen.addProperty("scheduling", net.scheduling().toString());
    chosen.addProperty("scheduling-reason", net.schedulingReason());
    chosen.addProperty("loops", net.loops());
    return chosen;
  }
}
