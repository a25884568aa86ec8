package io.weft.tck.misfit;

import com.tngtech.archunit.core.domain.JavaClass;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/** Breaks: no case is switched off, and the suite needs the API only. */
public abstract class SuiteWithAGap {
  abstract JavaClass library();

  @Disabled("on purpose")
  @Test
  void aCaseThatNeverRuns() {}
}
