package io.weft.server.proxy;

import io.weft.server.jfr.SessionEvent;
import io.weft.server.notation.SocketUrl;
import io.weft.server.proxy.SessionRecord.Measures;

/** Sessions that have ended, as events of the Flight Recorder. */
final class SessionEvents {
  private SessionEvents() {}

  static void tell(SessionRecord session) {
    SessionEvent event = new SessionEvent();
    if (!event.shouldCommit()) {
      return;
    }
    event.client = SocketUrl.text(session.from().client());
    event.listener = session.from().listener().toString();
    event.upstream = session.to().upstream();
    Ending ending = session.ending();
    event.endedBy = ending.by().toString();
    event.phase = ending.phase().toString();
    event.cause = ending.cause().toString();
    Measures measures = session.measures();
    event.total = measures.total();
    event.queue = measures.queue();
    event.connect = measures.connect();
    event.bytesToServer = measures.bytes().toServer();
    event.bytesToClient = measures.bytes().toClient();
    event.commit();
  }
}
