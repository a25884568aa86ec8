package io.weft.poller.nio;

import io.weft.tck.SoakSuite;
import org.junit.platform.suite.api.ConfigurationParameter;

@SoakSuite
@ConfigurationParameter(key = "weft.tck.poller", value = "nio")
@ConfigurationParameter(key = "weft.tck.scheduling", value = "jdk")
class NioJdkSoakTest {}
