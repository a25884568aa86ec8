// C's way to the same end: an echo server on one epoll instance and one thread.
//
// Build: gcc -O2 -o epoll_echo bench/peers/epoll_echo.c. Run: ./epoll_echo 7001.
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER_BYTES = 16 * 1024, EVENTS_MAX = 1024, BACKLOG_MAX = 4096 };

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

// Until the socket is drained, which a short read tells.
static void echo(int conn) {
  static char buffer[BUFFER_BYTES];
  ssize_t received;
  do {
    received = recv(conn, buffer, sizeof buffer, 0);
    for (ssize_t sent = 0, n; sent < received; sent += n > 0 ? n : 0) {
      n = send(conn, buffer + sent, received - sent, MSG_NOSIGNAL);
      if (n < 0 && errno != EAGAIN) {
        received = 0; // the peer is gone
      } // a full socket is waited for by trying again: the load reads what it sends
    }
  } while (received == BUFFER_BYTES);
  if (received == 0 || (received < 0 && errno != EAGAIN)) {
    close(conn);
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
  printf("ready: c epoll echo on 127.0.0.1:%s\n", args[1]);
  fflush(stdout);
  static struct epoll_event found[EVENTS_MAX];
  for (;;) {
    int n = epoll_wait(poller, found, EVENTS_MAX, -1);
    for (int i = 0; i < n; i++) {
      if (found[i].data.fd == listener) {
        accept_all(poller, listener);
      } else if (found[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
        echo(found[i].data.fd);
      }
    }
  }
}
