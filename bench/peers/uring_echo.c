// C's way to the same end over io_uring: one ring and one thread; multishot accept and receive into
// a ring of provided buffers, one enter per loop: it hands the sends over, and waits for them and for
// what comes next.
//
// Build: gcc -O2 -o uring_echo bench/peers/uring_echo.c -luring. Run: ./uring_echo 7001.
#define _GNU_SOURCE
#include <errno.h>
#include <liburing.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER_BYTES = 16 * 1024, BUFFERS = 1024, GROUP = 1, BACKLOG_MAX = 4096, REAPED_MAX = 256 };
enum { SOCKETS_MAX = 64 * 1024, NONE = 0 };
enum kind { ACCEPT, RECEIVE, SEND };

static struct io_uring ring;
static struct io_uring_buf_ring *provided;
static char *memory;
// Of each buffer, how much was received, how much of it is sent, and which one is sent after it; of
// each socket, the first and the last of these, and whether its peer has ended. Buffers count from 1.
static struct { int filled, sent, next; } buffers[BUFFERS + 1];
static struct { int first, last, ended; } sockets[SOCKETS_MAX];
// sends that the next enter completes, whatever becomes of them: it waits for one completion more
static unsigned at_once;

// What a completion needs to know: what it is of, and the socket.
static __u64 tag(enum kind kind, int conn) {
  return (__u64)kind << 56 | (__u32)conn;
}

static struct io_uring_sqe *submission(void) {
  struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
  if (sqe == NULL) {
    io_uring_submit(&ring);
    at_once = 0;
    sqe = io_uring_get_sqe(&ring);
  }
  return sqe;
}

static void fail(const char *what, int error) {
  fprintf(stderr, "%s: %s\n", what, strerror(error < 0 ? -error : error));
  exit(1);
}

static int listen_on(int port) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in local = {.sin_family = AF_INET, .sin_port = htons(port)};
  local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  if (bind(listener, (struct sockaddr *)&local, sizeof local) < 0 ||
      listen(listener, BACKLOG_MAX) < 0) {
    perror("listen");
    exit(1);
  }
  return listener;
}

static void open_ring(void) {
  struct io_uring_params params = {
      .flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE,
      .cq_entries = 8192};
  int result = io_uring_queue_init_params(1024, &ring, &params);
  if (result < 0) {
    fail("io_uring", result);
  }
  io_uring_register_ring_fd(&ring);
  memory = aligned_alloc(4096, (size_t)BUFFERS * BUFFER_BYTES);
  provided = aligned_alloc(4096, BUFFERS * sizeof(struct io_uring_buf));
  memset(provided, 0, BUFFERS * sizeof(struct io_uring_buf));
  struct io_uring_buf_reg group = {
      .ring_addr = (unsigned long)provided, .ring_entries = BUFFERS, .bgid = GROUP};
  result = io_uring_register_buf_ring(&ring, &group, 0);
  if (result < 0) {
    fail("buffer ring", result);
  }
  io_uring_buf_ring_init(provided);
  for (int i = 0; i < BUFFERS; i++) {
    io_uring_buf_ring_add(provided, memory + (size_t)i * BUFFER_BYTES, BUFFER_BYTES, i,
                          io_uring_buf_ring_mask(BUFFERS), i);
  }
  io_uring_buf_ring_advance(provided, BUFFERS);
}

static void accept_on(int listener) {
  struct io_uring_sqe *sqe = submission();
  io_uring_prep_multishot_accept(sqe, listener, NULL, NULL, SOCK_CLOEXEC);
  sqe->user_data = tag(ACCEPT, listener);
}

static void receive(int conn) {
  struct io_uring_sqe *sqe = submission();
  io_uring_prep_recv_multishot(sqe, conn, NULL, 0, 0);
  sqe->flags |= IOSQE_BUFFER_SELECT;
  sqe->buf_group = GROUP;
  sqe->user_data = tag(RECEIVE, conn);
}

static void give_back(int buffer) {
  io_uring_buf_ring_add(provided, memory + (size_t)buffer * BUFFER_BYTES, BUFFER_BYTES, buffer,
                        io_uring_buf_ring_mask(BUFFERS), 0);
  io_uring_buf_ring_advance(provided, 1);
}

// The kernel keeps no order among sends: a socket has one at a time.
static void send_first(int conn, int flags) {
  int i = sockets[conn].first;
  struct io_uring_sqe *sqe = submission();
  io_uring_prep_send(sqe, conn, memory + (size_t)(i - 1) * BUFFER_BYTES + buffers[i].sent,
                     buffers[i].filled - buffers[i].sent, flags | MSG_NOSIGNAL);
  sqe->user_data = tag(SEND, conn);
}

static void echo(int conn, int i, int received) {
  buffers[i].filled = received;
  buffers[i].sent = 0;
  buffers[i].next = NONE;
  if (sockets[conn].first == NONE) {
    sockets[conn].first = sockets[conn].last = i;
    send_first(conn, MSG_DONTWAIT);
    at_once++;
  } else {
    buffers[sockets[conn].last].next = i;
    sockets[conn].last = i;
  }
}

static void opened(int conn) {
  sockets[conn].first = NONE;
  sockets[conn].ended = 0;
  setsockopt(conn, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  setsockopt(conn, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int));
  receive(conn);
}

static void received(int conn, struct io_uring_cqe *cqe) {
  if (cqe->res > 0) {
    echo(conn, (cqe->flags >> IORING_CQE_BUFFER_SHIFT) + 1, cqe->res);
  }
  if (!(cqe->flags & IORING_CQE_F_MORE)) {
    if (cqe->res > 0 || cqe->res == -ENOBUFS) {
      receive(conn);
    } else if (sockets[conn].first == NONE) {
      close(conn);
    } else {
      sockets[conn].ended = 1;
    }
  }
}

// A full socket has taken less, or nothing: the rest waits in the kernel.
static void sent(int conn, int result) {
  int i = sockets[conn].first;
  buffers[i].sent += result > 0 ? result : 0;
  if ((result <= 0 && result != -EAGAIN) || buffers[i].sent == buffers[i].filled) {
    give_back(i - 1);
    sockets[conn].first = buffers[i].next;
  }
  if (sockets[conn].first != NONE) {
    send_first(conn, MSG_WAITALL);
  } else if (sockets[conn].ended) {
    close(conn);
  }
}

int main(int count, char **args) {
  if (count != 2) {
    fprintf(stderr, "usage: uring_echo PORT\n");
    return 2;
  }
  int listener = listen_on(atoi(args[1]));
  open_ring();
  accept_on(listener);
  printf("ready: c io_uring echo on 127.0.0.1:%s\n", args[1]);
  fflush(stdout);
  for (;;) {
    unsigned awaited = 1 + at_once;
    at_once = 0;
    io_uring_submit_and_wait(&ring, awaited);
    struct io_uring_cqe *reaped[REAPED_MAX];
    unsigned n;
    while ((n = io_uring_peek_batch_cqe(&ring, reaped, REAPED_MAX)) > 0) {
      for (unsigned i = 0; i < n; i++) {
        struct io_uring_cqe *cqe = reaped[i];
        int conn = (int)(__u32)cqe->user_data;
        switch ((enum kind)(cqe->user_data >> 56)) {
        case ACCEPT:
          if (cqe->res >= SOCKETS_MAX) {
            close(cqe->res);
          } else if (cqe->res >= 0) {
            opened(cqe->res);
          }
          if (!(cqe->flags & IORING_CQE_F_MORE)) {
            accept_on(conn);
          }
          break;
        case RECEIVE:
          received(conn, cqe);
          break;
        case SEND:
          sent(conn, cqe->res);
          break;
        }
      }
      io_uring_cq_advance(&ring, n);
    }
  }
}
