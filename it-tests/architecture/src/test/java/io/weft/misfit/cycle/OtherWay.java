package io.weft.misfit.cycle;

import io.weft.misfit.OneWay;

/** Breaks: packages have no cycles. */
public interface OtherWay {
  /** Returns the other end of the cycle. */
  OneWay other();
}
