package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: a loop knows all that lives on it, and nothing else, whoever comes and goes meanwhile. */
@Timeout(60)
class HandlesTest {
  private static final CoreRig RIG = new CoreRig(Variant.READINESS_CARRIED);

  private final Handles handles = new Handles();

  @AfterAll
  static void end() throws Exception {
    RIG.close();
  }

  /** Something that joins nothing by itself. */
  private static final class Idle extends Polled {
    Idle() {
      super(new Endpoint(Network.TCP, null, null), RIG.loop, RIG.stream());
    }

    @Override
    void cancelAll() {}

    @Override
    void retireAll() {}
  }

  @Test
  void takingOutWhatIsNotInDoesNothing() {
    Polled in = new Idle();
    Polled other = new Idle();
    handles.remove(other);
    handles.add(in);
    handles.remove(other);
    assertThat(handles.all()).containsExactly(in);
    handles.remove(in);
    handles.remove(in);
    assertThat(handles.all()).isEmpty();
  }

  @Test
  void itHoldsWhatAModelHolds() {
    Seeds.forEach(200, random -> new HandlesTest().playAgainstAModel(random));
  }

  private void playAgainstAModel(Random random) {
    List<Polled> out = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      out.add(new Idle());
    }
    List<Polled> in = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      if (in.isEmpty() || (!out.isEmpty() && random.nextBoolean())) {
        Polled coming = out.remove(random.nextInt(out.size()));
        handles.add(coming);
        in.addFirst(coming);
      } else {
        Polled going = in.remove(random.nextInt(in.size()));
        handles.remove(going);
        out.add(going);
      }
      assertThat(handles.all()).containsExactlyElementsOf(in);
    }
  }

  @Test
  void threadsComeAndGoBesideEachOther() throws Exception {
    List<Call<Void>> calls = new ArrayList<>();
    List<Polled> stay = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Polled last = new Idle();
      stay.add(last);
      calls.add(new Call<>(Thread.ofPlatform(), () -> comeAndGo(last)));
    }
    for (Call<Void> call : calls) {
      call.result();
    }
    assertThat(handles.all()).containsExactlyInAnyOrderElementsOf(stay);
  }

  private Void comeAndGo(Polled last) {
    Polled first = new Idle();
    for (int i = 0; i < 10_000; i++) {
      handles.add(first);
      handles.add(last);
      assertThat(handles.all()).contains(first, last);
      handles.remove(first);
      handles.remove(last);
    }
    handles.add(last);
    return null;
  }
}
