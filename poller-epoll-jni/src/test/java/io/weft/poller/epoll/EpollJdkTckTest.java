package io.weft.poller.epoll;

import io.weft.tck.TckSuite;
import org.junit.platform.suite.api.ConfigurationParameter;

@TckSuite
@ConfigurationParameter(key = "weft.tck.poller", value = "epoll")
@ConfigurationParameter(key = "weft.tck.scheduling", value = "jdk")
class EpollJdkTckTest {}
