// C's way to the same end: an echo server on one epoll instance and one thread.
//
// Build: gcc -O2 -o epoll_echo bench/peers/epoll_echo.c. Run: ./epoll_echo 7001.
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
  BUFFER_BYTES = 16 * 1024,
  EVENTS_MAX = 1024,
  BACKLOG_MAX = 4096,
  DESCRIPTORS_MAX = 1 << 20
};

// What a full socket has not taken yet; without bytes when there is nothing of that kind.
struct rest {
  char *bytes;
  size_t count;
};
static struct rest rests[DESCRIPTORS_MAX];

// Port 0 is any: the one that was taken is told.
static int listen_on(int port) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in local = {.sin_family = AF_INET, .sin_port = htons(port)};
  local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  if (bind(listener, (struct sockaddr *)&local, sizeof local) < 0 ||
      listen(listener, BACKLOG_MAX) < 0) {
    perror("listen");
    exit(1);
  }
  getsockname(listener, (struct sockaddr *)&local, &(socklen_t){sizeof local});
  printf("ready: c epoll echo on 127.0.0.1:%d\n", ntohs(local.sin_port));
  fflush(stdout);
  return listener;
}

static void accept_all(int poller, int listener) {
  int conn;
  while ((conn = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    setsockopt(conn, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    setsockopt(conn, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int));
    struct epoll_event wanted = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                                 .data.fd = conn};
    epoll_ctl(poller, EPOLL_CTL_ADD, conn, &wanted);
  }
}

// How many bytes the socket took, or -1 when the peer is gone.
static ssize_t send_some(int conn, const char *bytes, size_t count) {
  size_t sent = 0;
  while (sent < count) {
    ssize_t n = send(conn, bytes + sent, count - sent, MSG_NOSIGNAL);
    if (n < 0) {
      return errno == EAGAIN ? (ssize_t)sent : -1;
    }
    sent += n;
  }
  return sent;
}

static void end(int conn) {
  free(rests[conn].bytes);
  rests[conn].bytes = NULL;
  close(conn);
}

static void keep(struct rest *rest, const char *bytes, size_t count) {
  rest->bytes = malloc(count);
  rest->count = count;
  memcpy(rest->bytes, bytes, count);
}

// Sends what was kept; whether nothing is left.
static int resume(int conn, struct rest *rest) {
  ssize_t sent = send_some(conn, rest->bytes, rest->count);
  if (sent < 0) {
    end(conn);
    return 0;
  }
  rest->count -= sent;
  memmove(rest->bytes, rest->bytes + sent, rest->count);
  if (rest->count == 0) {
    free(rest->bytes);
    rest->bytes = NULL;
  }
  return rest->count == 0;
}

// Until the socket is drained, which a short read tells, or full, of which an event tells the end.
static void echo(int conn) {
  static char buffer[BUFFER_BYTES];
  struct rest *rest = &rests[conn];
  ssize_t received;
  if (rest->bytes != NULL && !resume(conn, rest)) {
    return;
  }
  do {
    received = recv(conn, buffer, sizeof buffer, 0);
    if (received > 0) {
      ssize_t sent = send_some(conn, buffer, received);
      if (sent >= 0 && sent < received) {
        keep(rest, buffer + sent, received - sent);
        return;
      }
      received = sent; // -1, with an errno that is not EAGAIN, when the peer is gone
    }
  } while (received == BUFFER_BYTES);
  if (received == 0 || (received < 0 && errno != EAGAIN)) {
    end(conn);
  }
}

int main(int count, char **args) {
  if (count != 2) {
    fprintf(stderr, "usage: epoll_echo PORT\n");
    return 2;
  }
  int listener = listen_on(atoi(args[1]));
  int poller = epoll_create1(EPOLL_CLOEXEC);
  epoll_ctl(poller, EPOLL_CTL_ADD, listener,
            &(struct epoll_event){.events = EPOLLIN, .data.fd = listener});
  static struct epoll_event found[EVENTS_MAX];
  for (;;) {
    int n = epoll_wait(poller, found, EVENTS_MAX, -1);
    for (int i = 0; i < n; i++) {
      if (found[i].data.fd == listener) {
        accept_all(poller, listener);
      } else if ((found[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) ||
                 rests[found[i].data.fd].bytes != NULL) {
        echo(found[i].data.fd);
      }
    }
  }
}
