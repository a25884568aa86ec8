package io.weft.misfit;

/** Breaks: a name says something. */
public interface StringUtils {}
