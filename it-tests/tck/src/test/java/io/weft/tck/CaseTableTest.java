package io.weft.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Goal: the table is whole: every id once, each with its reason where it does not run. */
class CaseTableTest {
  @Test
  void everyIdStandsThereOnce() throws Exception {
    List<String> ids = CaseTable.load().rows().stream().map(CaseTable.Row::id).toList();
    assertThat(ids).doesNotHaveDuplicates().hasSize(86).isSorted();
    assertThat(ids).contains("A01", "A08", "B15", "C12", "D12", "E04", "F05", "G05", "H06");
    assertThat(ids).contains("I07", "J06", "K03", "L02", "M01");
  }

  @Test
  void whatDoesNotRunHasItsReason() throws Exception {
    for (CaseTable.Row row : CaseTable.load().rows()) {
      if (!row.due() || !row.waiver().equals("-")) {
        assertThat(row.note()).as(row.id()).hasSizeGreaterThan(5);
      }
      if (row.due()) {
        assertThat(row.networks()).as(row.id()).isNotEmpty();
      }
    }
  }
}
