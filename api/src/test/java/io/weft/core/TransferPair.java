package io.weft.core;

import io.weft.Conn;
import io.weft.Network;
import io.weft.spi.Direction;

/** A source and a target of transfers, on one loop. */
class TransferPair implements AutoCloseable {
  final CoreRig rig;
  final FakeStreamHandle in;
  final FakeStreamHandle out;
  final PolledConn source;
  final PolledConn target;

  TransferPair(Variant variant, Network network) {
    rig = new CoreRig(variant);
    in = rig.stream();
    out = rig.stream();
    source = rig.conn(in, network);
    target = rig.conn(out, network);
  }

  final Call<Long> transfer(long countMax) {
    return transfer(target, countMax);
  }

  final Call<Long> transfer(Conn to, long countMax) {
    return rig.call(() -> source.transferTo(to, countMax));
  }

  /** Feeds, and blocks a transfer of it all after so many bytes were written. */
  final Call<Long> blocked(byte[] bytes, int writtenBytes) {
    in.feed(bytes);
    out.room(writtenBytes);
    Call<Long> call = transfer(Long.MAX_VALUE);
    awaitBlocked(writtenBytes);
    return call;
  }

  final void awaitBlocked(int writtenBytes) {
    Waiting.until(
        "the write waits",
        () -> out.sent().length == writtenBytes && out.isPending(Direction.WRITE));
  }

  @Override
  public final void close() {
    rig.close();
  }
}
