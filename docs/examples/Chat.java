import io.weft.Conn;
import io.weft.Listener;
import io.weft.Net;

record Member(Conn conn, BlockingQueue<byte[]> queue) {}

final Set<Member> members = ConcurrentHashMap.newKeySet();

void main(String[] args) throws IOException {
  try (Net net = Net.open();
      Listener listener = net.listen("tcp", args[0])) {
    IO.println("listening on " + listener);
    net.serve(listener, conn -> chat(net, conn));
  }
}

void chat(Net net, Conn conn) throws IOException, InterruptedException {
  Member member = new Member(conn, new ArrayBlockingQueue<>(64));
  Thread writer = net.go(conn, _ -> write(member)); // a second thread for the connection
  members.add(member);
  try {
    byte[] bytes = new byte[1024];
    for (int length; (length = conn.read(bytes)) >= 0; ) {
      byte[] message = Arrays.copyOf(bytes, length);
      for (Member other : members) {
        if (!other.queue().offer(message, 1, TimeUnit.SECONDS)) {
          other.conn().close(); // its queue was full for a second: the others go on without it
        }
      }
    }
  } finally {
    members.remove(member);
    writer.interrupt();
  }
}

void write(Member member) throws IOException {
  try {
    for (; ; ) {
      member.conn().write(member.queue().take()); // waits while its reader is slow
    }
  } catch (InterruptedException e) {
    // the member has left
  }
}
