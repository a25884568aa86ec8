package io.weft.server.service;

import io.weft.AddressException;
import io.weft.Listener;
import io.weft.Net;
import io.weft.server.notation.SocketUrl;
import java.io.IOException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which listeners services are to have: those that they have, those that another one gives up, and
 * new ones. As long as it is not carried out, closing it changes nothing.
 */
final class DoorPlan {
  private final Net net;
  // those that nobody has asked for yet
  private final List<Door> spare;
  private final List<Door> opened = new ArrayList<>();

  DoorPlan(Net net, List<Service> present) {
    this.net = net;
    this.spare =
        new ArrayList<>(
            present.stream().flatMap(each -> each.listeners().doors().stream()).toList());
  }

  /** Those of each service, in the same order; all of them, or an exception and nothing is open. */
  List<List<Door>> doors(List<Server.Change> next) throws IOException {
    List<List<@Nullable Door>> found = next.stream().map(this::own).toList();
    boolean complete = false;
    try {
      for (int i = 0; i < found.size(); i++) {
        add(next.get(i), found.get(i));
      }
      complete = true;
    } finally {
      if (!complete) {
        opened.forEach(Door::retire);
      }
    }
    return found.stream().map(DoorPlan::complete).toList();
  }

  /** Those that are new. */
  List<Door> opened() {
    return opened;
  }

  /** Closes those that no service has any more. */
  void closeSpare() {
    spare.forEach(Door::retire);
  }

  private List<@Nullable Door> own(Server.Change change) {
    List<Door> mine = change.service().listeners().doors();
    List<@Nullable Door> found = new ArrayList<>();
    for (SocketUrl url : change.listen()) {
      found.add(take(door -> door.url().equals(url) && mine.contains(door)));
    }
    return found;
  }

  private void add(Server.Change change, List<@Nullable Door> found) throws IOException {
    for (int i = 0; i < found.size(); i++) {
      SocketUrl url = change.listen().get(i);
      if (found.get(i) == null && !url.isEphemeral()) {
        found.set(i, take(door -> door.url().equals(url)));
      }
      if (found.get(i) == null) {
        found.set(i, open(change.service().name(), url));
      }
    }
  }

  private static List<Door> complete(List<@Nullable Door> found) {
    List<Door> doors = new ArrayList<>();
    found.forEach(door -> doors.add(Objects.requireNonNull(door)));
    return doors;
  }

  private @Nullable Door take(Predicate<Door> wanted) {
    Door found = spare.stream().filter(wanted).findFirst().orElse(null);
    if (found != null) {
      spare.remove(found);
    }
    return found;
  }

  private Door open(String service, SocketUrl url) throws IOException {
    String where = service + ": listen " + url + ": ";
    try {
      Door door = new Door(net, url, listen(url));
      opened.add(door);
      return door;
    } catch (AddressException e) {
      throw new AddressException(where + e.getMessage());
    } catch (IOException | UnsupportedOperationException e) {
      throw new IOException(where + e.getMessage(), e);
    }
  }

  // a process that died has left its file: it is in nobody's use, and in the way
  private Listener listen(SocketUrl url) throws IOException {
    try {
      return net.listen(url.network().toString(), url.address());
    } catch (BindException e) {
      if (!StaleSocket.remove(net, url)) {
        throw e;
      }
      return net.listen(url.network().toString(), url.address());
    }
  }
}
