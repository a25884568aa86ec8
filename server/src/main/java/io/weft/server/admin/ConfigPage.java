package io.weft.server.admin;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.weft.NetConfig;
import io.weft.server.notation.Durations;
import io.weft.server.proxy.Introduction;
import io.weft.server.proxy.Limits;
import io.weft.server.proxy.ProxyConfig;
import io.weft.server.proxy.ProxyService;
import io.weft.server.proxy.Timeouts;
import io.weft.server.service.Server;
import io.weft.server.service.Service;
import io.weft.server.upstream.EscapedBytes;
import io.weft.server.upstream.HealthConfig;
import io.weft.server.upstream.PoolConfig;
import io.weft.server.upstream.UpstreamSpec;
import io.weft.server.wire.ProxyVersion;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The configuration that is in effect, with the names of the options as keys. What checks send and
 * expect is told by its length alone: it may be a password.
 */
final class ConfigPage implements Page {
  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();
  private static final int UNLIMITED = Integer.MAX_VALUE;

  private final Server server;
  private final NetConfig net;
  private final AdminConfig admin;

  ConfigPage(Server server, NetConfig net, AdminConfig admin) {
    this.server = server;
    this.net = net;
    this.admin = admin;
  }

  @Override
  public Answer get(Function<String, @Nullable String> query) {
    JsonObject json = new JsonObject();
    json.addProperty("poller", net.poller().name());
    json.add("deny", strings(net.poller().denied()));
    json.addProperty("loops", net.loops().count());
    json.addProperty("scheduling", net.loops().scheduling().toString());
    json.addProperty("admin", admin.url().toString());
    json.addProperty("ready-when", admin.upstreamsMatter() ? "upstream" : "serving");
    JsonArray services = new JsonArray();
    server.services().forEach(each -> services.add(service(each)));
    json.add("services", services);
    return Answer.json(GSON.toJson(json));
  }

  private static JsonObject service(Service service) {
    JsonObject json = new JsonObject();
    json.addProperty("name", service.name());
    json.addProperty("type", service.type());
    json.add("listen", strings(service.bound()));
    if (service instanceof ProxyService proxy) {
      proxy(json, proxy.config());
    }
    return json;
  }

  private static void proxy(JsonObject json, ProxyConfig config) {
    json.add("upstream", upstreams(config.targets().upstreams()));
    JsonObject named = new JsonObject();
    new TreeMap<>(config.targets().byServerName())
        .forEach((name, specs) -> named.add(name, upstreams(specs)));
    json.add("sni", named);
    pool(json, config.targets().pool());
    time(json, "resolve-interval", config.targets().resolveInterval());
    introduction(json, config.introduction());
    timeouts(json, config.timeouts());
    limits(json, config.limits());
  }

  private static JsonArray upstreams(List<UpstreamSpec> specs) {
    JsonArray all = new JsonArray();
    for (UpstreamSpec spec : specs) {
      JsonObject one = new JsonObject();
      one.addProperty("name", spec.name());
      one.addProperty("address", spec.network() + "://" + spec.address());
      one.addProperty("weight", spec.weight());
      limit(one, "max-sessions", spec.sessionsMax());
      all.add(one);
    }
    return all;
  }

  private static void pool(JsonObject json, PoolConfig pool) {
    json.addProperty("balance", Views.word(pool.balance()));
    time(json, "connect-timeout", pool.dial().timeout());
    time(json, "queue-timeout", pool.queue().timeout());
    json.addProperty("queue-length", pool.queue().lengthMax());
    HealthConfig health = pool.health();
    time(json, "health-interval", health.pace().interval());
    json.addProperty("health-rise", health.thresholds().rise());
    json.addProperty("health-fall", health.thresholds().fall());
    json.addProperty("health-send", length(health.send()));
    json.addProperty("health-expect", length(health.expect()));
  }

  private static void introduction(JsonObject json, Introduction introduction) {
    json.add("accept-proxy", strings(introduction.acceptProxy()));
    time(json, "accept-proxy-timeout", introduction.headerTimeout());
    time(json, "sni-timeout", introduction.sniTimeout());
    ProxyVersion version = introduction.sendProxy();
    json.addProperty("send-proxy", version == null ? "" : Views.word(version));
  }

  private static void timeouts(JsonObject json, Timeouts timeouts) {
    time(json, "idle-timeout", timeouts.idle());
    time(json, "half-close-timeout", timeouts.halfClose());
    time(json, "lifetime", timeouts.lifetime());
  }

  private static void limits(JsonObject json, Limits limits) {
    limit(json, "max-connections", limits.connectionsMax());
    limit(json, "max-connections-per-listener", limits.listenerConnectionsMax());
    json.addProperty("connect-retries", limits.connectRetries());
  }

  private static JsonArray strings(Collection<?> values) {
    JsonArray all = new JsonArray();
    values.forEach(each -> all.add(each.toString()));
    return all;
  }

  private static void limit(JsonObject json, String name, int limit) {
    if (limit < UNLIMITED) {
      json.addProperty(name, limit);
    }
  }

  private static void time(JsonObject json, String name, Duration time) {
    json.addProperty(name, Durations.format(time));
  }

  private static String length(EscapedBytes secret) {
    return secret.bytes().length + " bytes";
  }
}
