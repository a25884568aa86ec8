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

enum {
  BUFFER_BYTES = 16 * 1024,
  STRIDE_BYTES = BUFFER_BYTES + 64, // the first lines of the buffers are in different cache sets
  BUFFERS = 1024,
  GROUP = 1,
  BACKLOG_MAX = 4096,
  REAPED_MAX = 256,
  DESCRIPTORS_MAX = 1 << 20
};
enum kind { ACCEPT, RECEIVE, SEND };

// What was received and is not sent yet, buffer by buffer: of two sends in flight on a socket the
// second may overtake the rest of the first. Buffers are counted from 1, so that 0 is none.
static struct conn {
  __u16 first, last;
  char ended;
} conns[DESCRIPTORS_MAX];
static __u16 next[BUFFERS + 1];
static int received_bytes[BUFFERS + 1], sent_bytes[BUFFERS + 1];

// Sends that the next enter completes, whatever becomes of them: it waits for one completion more.
static unsigned at_once;

// Connections that found no buffer, and how many buffers are filled.
static int starved[DESCRIPTORS_MAX], starved_count, filled_count;

static struct io_uring ring;
static struct io_uring_buf_ring *provided;
static char *memory;

// What a completion needs to know: what it is of, the socket, the buffer and what is left to send.
static __u64 tag(enum kind kind, int conn, int buffer) {
  return (__u64)kind << 56 | (__u64)buffer << 32 | (__u32)conn;
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

// Port 0 is any: the one that was taken is told.
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
  getsockname(listener, (struct sockaddr *)&local, &(socklen_t){sizeof local});
  printf("ready: c io_uring echo on 127.0.0.1:%d\n", ntohs(local.sin_port));
  fflush(stdout);
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
  memory = aligned_alloc(4096, (size_t)BUFFERS * STRIDE_BYTES);
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
    io_uring_buf_ring_add(provided, memory + (size_t)i * STRIDE_BYTES, BUFFER_BYTES, i,
                          io_uring_buf_ring_mask(BUFFERS), i);
  }
  io_uring_buf_ring_advance(provided, BUFFERS);
}

static void accept_on(int listener) {
  struct io_uring_sqe *sqe = submission();
  io_uring_prep_multishot_accept(sqe, listener, NULL, NULL, SOCK_CLOEXEC);
  sqe->user_data = tag(ACCEPT, listener, 0);
}

static void receive(int conn) {
  struct io_uring_sqe *sqe = submission();
  io_uring_prep_recv_multishot(sqe, conn, NULL, 0, 0);
  sqe->flags |= IOSQE_BUFFER_SELECT;
  sqe->buf_group = GROUP;
  sqe->user_data = tag(RECEIVE, conn, 0);
}

static void send_first(int conn, int flags) {
  int buffer = conns[conn].first;
  struct io_uring_sqe *sqe = submission();
  io_uring_prep_send(sqe, conn, memory + (size_t)(buffer - 1) * STRIDE_BYTES + sent_bytes[buffer],
                     received_bytes[buffer] - sent_bytes[buffer], flags | MSG_NOSIGNAL);
  sqe->user_data = tag(SEND, conn, buffer);
}

static void give_back(int buffer) {
  io_uring_buf_ring_add(provided, memory + (size_t)(buffer - 1) * STRIDE_BYTES, BUFFER_BYTES,
                        buffer - 1, io_uring_buf_ring_mask(BUFFERS), 0);
  io_uring_buf_ring_advance(provided, 1);
  filled_count--;
  if (starved_count > 0) {
    receive(starved[--starved_count]);
  }
}

static void opened(int conn) {
  setsockopt(conn, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  setsockopt(conn, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int));
  conns[conn] = (struct conn){0};
  receive(conn);
}

static void received(int conn, struct io_uring_cqe *cqe) {
  struct conn *of = &conns[conn];
  if (cqe->res > 0) {
    int buffer = (cqe->flags >> IORING_CQE_BUFFER_SHIFT) + 1;
    received_bytes[buffer] = cqe->res;
    sent_bytes[buffer] = 0;
    next[buffer] = 0;
    filled_count++;
    if (of->first == 0) {
      of->first = of->last = buffer;
      send_first(conn, MSG_DONTWAIT);
      at_once++;
    } else {
      next[of->last] = buffer;
      of->last = buffer;
    }
  }
  if (cqe->flags & IORING_CQE_F_MORE) {
    return;
  }
  if (cqe->res > 0 || (cqe->res == -ENOBUFS && filled_count < BUFFERS)) {
    receive(conn);
  } else if (cqe->res == -ENOBUFS) {
    starved[starved_count++] = conn;
  } else if (of->first == 0) {
    close(conn);
  } else {
    of->ended = 1; // after what is left to send
  }
}

static void sent(int conn, int buffer, int result) {
  struct conn *of = &conns[conn];
  sent_bytes[buffer] += result > 0 ? result : 0;
  if ((result > 0 || result == -EAGAIN) && sent_bytes[buffer] < received_bytes[buffer]) {
    send_first(conn, MSG_WAITALL); // the socket is full: the rest waits in the kernel
    return;
  }
  give_back(buffer);
  of->first = next[buffer];
  if (of->first != 0) {
    send_first(conn, MSG_WAITALL);
  } else if (of->ended) {
    close(conn);
  }
}

int main(int count, char **args) {
  if (count != 2) {
    fprintf(stderr, "usage: uring_echo PORT\n");
    return 2;
  }
  open_ring();
  int listener = listen_on(atoi(args[1]));
  accept_on(listener);
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
          if (cqe->res >= 0) {
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
          sent(conn, cqe->user_data >> 32 & 0xffff, cqe->res);
          break;
        }
      }
      io_uring_cq_advance(&ring, n);
    }
  }
}
