package io.weft.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Net;
import io.weft.Network;
import io.weft.Scheduling;
import io.weft.spi.Capability;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Goal: a gap between the table and a run is found, and only a gap. */
class CoverageTest {
  private static final SuiteConfig CONFIG =
      new SuiteConfig("fake", Scheduling.JDK, 1, new SuiteConfig.Times(1000, 0), Net::open);
  private static final CaseTable TABLE =
      new CaseTable(
          List.of(
              row("X01", Set.of(Network.TCP), true, "-"),
              row("X02", Set.of(Network.UNIXPACKET), true, "-"),
              row("X03", Set.of(Network.TCP), true, "opt-in:weft.tck.big"),
              row("X04", Set.of(Network.TCP), false, "-")));

  private static CaseTable.Row row(String id, Set<Network> networks, boolean due, String waiver) {
    return new CaseTable.Row(id, networks, due, waiver, "a reason");
  }

  @Case({"X01", "X99"})
  void aMethodWithIds() {}

  private static RunRecord ran(Placement... placements) throws Exception {
    RunRecord record = new RunRecord();
    Method method = CoverageTest.class.getDeclaredMethod("aMethodWithIds");
    for (Placement placement : placements) {
      record.ran(method, Network.TCP, placement);
    }
    return record;
  }

  private static Coverage coverage(RunRecord record, boolean optedIn, Capability... lacks) {
    return new Coverage(CONFIG, Set.of(lacks), record, TABLE, parameter -> optedIn);
  }

  @Test
  void aPlacementThatDidNotRunIsAGap() throws Exception {
    RunRecord record = ran(Placement.OWN_LOOP, Placement.PLATFORM);
    assertThat(coverage(record, false, Capability.UNIXPACKET).gaps())
        .containsExactly("X01 on tcp from other loop");
  }

  @Test
  void aNetworkIsAGapUnlessItIsLacking() throws Exception {
    RunRecord record = ran(Placement.values());
    assertThat(coverage(record, false, Capability.UNIXPACKET).gaps()).isEmpty();
    assertThat(coverage(record, false).gaps()).hasSize(3).allMatch(gap -> gap.startsWith("X02"));
  }

  @Test
  void anOptInIsAGapWhenItIsOn() throws Exception {
    RunRecord record = ran(Placement.values());
    assertThat(coverage(record, true, Capability.UNIXPACKET).gaps())
        .hasSize(3)
        .allMatch(gap -> gap.startsWith("X03"));
    assertThat(coverage(record, false, Capability.UNIXPACKET).summary())
        .contains("2 ids executed")
        .contains("3 waived")
        .contains("X03: a reason")
        .contains("X04: a reason")
        .contains("fake lacks UNIXPACKET")
        .contains("0 missing");
  }

  @Test
  void anIdThatTheTableDoesNotKnowIsTold() throws Exception {
    assertThat(coverage(ran(Placement.PLATFORM), false).unknownIds()).containsExactly("X99");
  }

  @Test
  void everyCaseOfAnEmptyRunIsMissed() throws Exception {
    Coverage empty = coverage(new RunRecord(), false);
    assertThat(empty.methodsNotRun())
        .hasSizeGreaterThan(100)
        .contains("BasicIoTck.aMegabyteArrivesWholeAndEndsWithEndOfStream");
  }
}
