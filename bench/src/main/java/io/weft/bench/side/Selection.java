package io.weft.bench.side;

import java.util.List;

/**
 * What is to be run.
 *
 * @param candidates in the order of tables
 * @param trials one for each scenario
 * @param settings how long and where
 * @param baseline the candidate to which others are compared
 * @param notes what was asked for and is not run or not counted, and why
 */
record Selection(
    List<Candidate> candidates,
    List<Trial> trials,
    Settings settings,
    String baseline,
    List<String> notes) {}
