package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** What went in and out of a modelled connection, put together from what its players saw. */
final class Traffic {
  private Traffic() {}

  /** The pieces of one reader or of two, each in its order, make up all that came. */
  static void requireReceived(List<ConnModelTest.Reader> readers, byte[] all) {
    List<byte[]> ones = readers.getFirst().pieces;
    List<byte[]> others = readers.size() > 1 ? readers.getLast().pieces : List.of();
    assertThat(ConnModelTest.Reader.sum(readers)).as("received").isEqualTo(all.length);
    // which numbers of the other's pieces go with so many of the one's
    BitSet possible = new BitSet();
    possible.set(0);
    int onesBytes = 0;
    for (int i = 0; i <= ones.size() && !possible.isEmpty(); i++) {
      int place = onesBytes;
      for (int j = 0; j < others.size(); j++) {
        if (possible.get(j) && isAt(all, place, others.get(j))) {
          possible.set(j + 1);
        }
        place += others.get(j).length;
      }
      if (i < ones.size()) {
        possible = followed(possible, ones.get(i), others, new Place(all, onesBytes));
        onesBytes += ones.get(i).length;
      }
    }
    assertThat(possible.get(others.size())).as("pieces fit together").isTrue();
  }

  /** What was sent, and how much of it the one reader has read. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Place(byte[] all, int onesBytes) {}

  private static BitSet followed(BitSet possible, byte[] next, List<byte[]> others, Place place) {
    BitSet followed = new BitSet();
    int at = place.onesBytes();
    for (int j = 0; j <= others.size(); j++) {
      followed.set(j, possible.get(j) && isAt(place.all(), at, next));
      at += j < others.size() ? others.get(j).length : 0;
    }
    return followed;
  }

  private static boolean isAt(byte[] all, int place, byte[] piece) {
    int end = place + piece.length;
    return end <= all.length && Arrays.equals(all, place, end, piece, 0, piece.length);
  }

  /** What was sent are the calls of all writers, each call in one piece and in its order. */
  static void requireSent(List<ConnModelTest.Writer> writers, byte[] sent) {
    int total = writers.stream().mapToInt(writer -> writer.written).sum();
    assertThat(sent).as("sent, by the positions").hasSize(total);
    int[] calls = new int[writers.size()];
    int[] places = new int[writers.size()];
    for (int at = 0; at < sent.length; ) {
      int colour = sent[at] >>> 6 & 3;
      ConnModelTest.Writer writer = writers.get(writers.size() - 1 - colour);
      int bytes = 0;
      while (bytes == 0) {
        bytes = writer.calls.get(calls[colour]++);
      }
      for (int i = 0; i < bytes; i++) {
        if (sent[at + i] != writer.at(places[colour]++)) {
          throw new AssertionError(
              "a strange byte was sent at %d of writer %d".formatted(at + i, colour));
        }
      }
      at += bytes;
    }
  }
}
