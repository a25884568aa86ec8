import io.weft.Net;

/** What a user's first program sees: the module it came from, and a report on each poller. */
void main() {
  IO.println(Net.class.getModule());
  Net.probe().forEach(IO::println);
}
