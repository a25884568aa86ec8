package io.weft.server.upstream;

import io.weft.server.upstream.UpstreamStatus.Totals;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What checks and sessions tell of the upstreams, and what follows from it. Guarded by the pool's
 * lock.
 */
final class Health {
  private final Members members;
  private final Admission admission;
  private final Time time;
  private final Consumer<String> news;

  Health(Members members, Admission admission, Time time, Consumer<String> news) {
    this.members = members;
    this.admission = admission;
    this.time = time;
    this.news = news;
  }

  /** Ends the ejections whose time has come. */
  void settle() {
    boolean changed = false;
    for (Upstream each : members.live()) {
      Ejection ejection = each.ejection();
      if (ejection.isEjected() && ejection.endBy(time.nanos())) {
        news.accept("upstream %s is back from its ejection".formatted(each));
        changed = true;
      }
    }
    if (changed) {
      admission.changed();
    }
  }

  void checked(Upstream upstream, @Nullable Exception failure) {
    HealthState state = upstream.health();
    if (failure == null && state.passed()) {
      upstream.ejection().pardon(time.nanos());
      news.accept("upstream %s is up".formatted(upstream));
      admission.changed();
    } else if (failure != null
        && Blame.isTheUpstreams(failure)
        && state.failed(Blame.text(failure))) {
      news.accept("upstream %s is down: %s".formatted(upstream, state.reason()));
      admission.changed();
    }
  }

  void connected(Upstream upstream) {
    upstream.count(Totals.CONNECT);
    upstream.ejection().connected();
  }

  void connectFailed(Upstream upstream, Exception failure) {
    upstream.count(Totals.CONNECT_FAILURE);
    if (Blame.isTheUpstreams(failure) && upstream.ejection().connectFailed()) {
      eject(upstream, "connects in a row failed, the last one: " + Blame.text(failure));
    }
  }

  void endedEarly(Upstream upstream) {
    upstream.count(Totals.EARLY_RESET);
    if (upstream.ejection().endedEarly()) {
      eject(upstream, "connections in a row were reset before they brought a byte");
    }
  }

  private void eject(Upstream upstream, String what) {
    if (members.mayEject(upstream)) {
      Duration length = upstream.ejection().eject(time.nanos(), what);
      upstream.count(Totals.EJECTION);
      news.accept(
          "upstream %s is ejected for %s: %s"
              .formatted(upstream, Spans.text(length), upstream.ejection().reason()));
      admission.changed();
    }
  }
}
