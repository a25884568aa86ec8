package io.weft.poller.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectIteration;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.weft.tck.NetOpener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Goal: the suite is able to fail. Each broken promise is noticed by the case that holds it. */
class TckSelfTest {
  @ParameterizedTest
  @CsvSource({
    "MixesWrites, LockTck, writesThatRunTogetherNeverMix",
    "LosesDataByTimeout, DeadlineTck, aTimedOutReaderLeavesTheDataToTheNext",
    "CloseWakesNobody, CloseTck, closeWakesABlockedReader",
    "CloseWakesNobody, CloseTck, theDescriptorIsReleasedWhenCloseReturns",
    "EarlyDeadlines, DeadlineTimingTck, aReadTimesOutNotBeforeItsDeadlineAndSoonAfter",
    "SwallowsInterrupts, InterruptTck, anInterruptEndsABlockedReader",
    "ForgetsEndOfStream, HalfCloseTck, dataComesBeforeEndOfStreamAndEndOfStreamForEver",
    "IgnoresEmptyWrites, DeadlineTck, anEmptyWriteHonoursThePastDeadlineAndAnEmptyReadDoesNot",
    "LeaksDescriptors, HalfCloseTck, closeReadWakesABlockedReader",
    "VagueAboutAddresses, BadInputTck, textThatIsNoAddressIsRefusedBeforeTheKernelIsAsked",
    "VagueAboutAddresses, ListenAddressTck, anAddressOfIpv4IsNoneForIpv6AndTheOtherWayRound",
    "ForgetsKeepAlive, OptionTck, bothEndsSendAtOnceAndAreKeptAliveAsInGo",
    "SkipsControls, ControlTck, aDialledSocketIsSeenOnceBeforeItIsConnected",
    "SwallowsInterrupts, ErrorTableTck, anEndOfACallTellsWhichOneItWas",
    "LosesWhatItTransfers, TransferTck, whatATargetDoesNotTakeStaysWithItsSource",
    "LosesDataByTimeout, SoakTck, nothingIsLostHoweverConnectionsAreDisturbed"
  })
  void aBrokenPromiseIsNoticed(String broken, String family, String test) throws Exception {
    assertThat(run(opener("Sound"), method(family, test)).getTestsSucceededCount()).isEqualTo(1);
    TestExecutionSummary summary = run(opener(broken), method(family, test));
    assertThat(summary.getTestsStartedCount()).isEqualTo(1);
    assertThat(summary.getTestsFailedCount()).isEqualTo(1);
  }

  @Test
  void aRunThatLeavesCasesOutIsRed() throws Exception {
    LauncherDiscoveryRequestBuilder whole =
        opener("Sound").configurationParameter("weft.tck.whole", "true");
    assertThat(run(whole, selectClass(family("CoverageTck"))).getTestsFailedCount()).isEqualTo(1);
    TestExecutionSummary part = run(opener("Sound"), selectClass(family("CoverageTck")));
    assertThat(part.getTestsAbortedCount()).as("not judged").isEqualTo(1);
  }

  private static LauncherDiscoveryRequestBuilder opener(String broken)
      throws ClassNotFoundException {
    String name = BrokenNets.class.getName() + "$" + broken;
    assertThat(Class.forName(name)).isAssignableTo(NetOpener.class);
    return LauncherDiscoveryRequestBuilder.request()
        .configurationParameter("weft.tck.opener", name)
        .configurationParameter("weft.tck.poller", "nio")
        .configurationParameter("weft.tck.scheduling", "jdk")
        .configurationParameter("weft.tck.patience-millis", "1500")
        .configurationParameter("weft.tck.soak", "true")
        .configurationParameter("weft.tck.soak-millis", "1");
  }

  private static TestExecutionSummary run(
      LauncherDiscoveryRequestBuilder builder, DiscoverySelector what) {
    LauncherDiscoveryRequest request = builder.selectors(what).build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherConfig plain =
        LauncherConfig.builder()
            .enableTestExecutionListenerAutoRegistration(false)
            .enableLauncherSessionListenerAutoRegistration(false)
            .build();
    LauncherFactory.create(plain).execute(request, listener);
    return listener.getSummary();
  }

  private static DiscoverySelector method(String family, String test)
      throws ClassNotFoundException {
    // one network and one placement are enough to see whether the case can fail
    return selectIteration(selectMethod(family(family), test, "io.weft.tck.TestingNet"), 0);
  }

  private static Class<?> family(String name) throws ClassNotFoundException {
    return Class.forName("io.weft.tck." + name);
  }
}
