/* Loads the library of epoll that it is given, as a JVM on this C library would, and uses it. */
#include <dlfcn.h>
#include <stdio.h>

typedef int (*create_function)(void *env, void *type);

int main(int count, char **words) {
  void *library = count == 2 ? dlopen(words[1], RTLD_NOW) : NULL;
  create_function create =
      library ? (create_function) dlsym(library, "Java_io_weft_poller_epoll_EpollNative_epollCreate")
              : NULL;
  if (!create) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  int fd = create(NULL, NULL);
  printf("%s\n", fd > 2 ? "an epoll instance is open" : "the kernel refused");
  return fd > 2 ? 0 : 1;
}
