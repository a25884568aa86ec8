package io.weft.poller.epoll;

import io.weft.tck.SoakSuite;
import org.junit.platform.suite.api.ConfigurationParameter;

@SoakSuite
@ConfigurationParameter(key = "weft.tck.poller", value = "epoll")
@ConfigurationParameter(key = "weft.tck.scheduling", value = "on-loop")
class EpollOnLoopSoakTest {}
