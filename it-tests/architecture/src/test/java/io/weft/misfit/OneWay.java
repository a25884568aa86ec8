package io.weft.misfit;

import io.weft.misfit.cycle.OtherWay;

/** Breaks: packages have no cycles. */
public interface OneWay {
  /** Returns the other end of the cycle. */
  OtherWay other();
}
