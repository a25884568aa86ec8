package io.weft.misfit.unmarked;

/** Breaks: every package is null-marked. This one has no package-info. */
public interface Unmarked {}
