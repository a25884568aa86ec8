/*
 * The system calls of the adapter on epoll.
 *
 * One function is one system call, on the man page that it names, and returns its value or a negated
 * errno. None throws, calls Java, or needs a library: the calls are made by number, so that one file
 * loads beside glibc, musl or neither. Memory comes as an address, which the caller keeps alive, or
 * as a direct buffer and a position in it.
 */
#include "io_weft_poller_epoll_EpollNative.h"

#define SOCK_NONBLOCK 04000
#define SOCK_CLOEXEC 02000000
#define MSG_NOSIGNAL 0x4000
#define MSG_CTRUNC 0x8
#define SOCKADDR_BYTES 128
#define NANOS_PER_SECOND 1000000000L

#if defined(__x86_64__)

#define NR(x86_64, aarch64) x86_64
#define EVENT_LAYOUT __attribute__((packed))

/* The kernel takes a call in these registers, returns in rax, and spoils rcx and r11. */
static inline long call(long nr, long a, long b, long c, long d, long e, long f) {
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "+a"(nr)
                   : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return nr;
}

#elif defined(__aarch64__)

#define NR(x86_64, aarch64) aarch64
#define EVENT_LAYOUT

static inline long call(long nr, long a, long b, long c, long d, long e, long f) {
  register long x8 __asm__("x8") = nr;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc 0"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                   : "memory");
  return x0;
}

#else
#error "x86_64 and aarch64 only"
#endif

struct event {
  unsigned int events;
  unsigned long data;
} EVENT_LAYOUT;

struct timespec { long seconds, nanos; };
struct vector { unsigned long address, bytes; };

struct message {
  long name;
  unsigned int name_bytes;
  struct vector *vectors;
  unsigned long count;
  long control;
  unsigned long control_bytes;
  int flags;
};

struct polled { int fd; short events, found; };

#define NATIVE(type, name, ...)                              \
  JNIEXPORT type JNICALL Java_io_weft_poller_epoll_EpollNative_##name( \
      JNIEnv *env, jobject self, ##__VA_ARGS__)

/*
 * Where a direct buffer keeps its address. GetDirectBufferAddress reads the same field, but changes
 * the thread's state for it, which costs as much as the rest of a call; GetLongField does not.
 */
static jfieldID address_field;

/* Where a file of the JDK keeps its descriptor; no class where this JDK keeps it in another way. */
static jclass file_class;
static jfieldID file_field, fd_field;

static void find_descriptor(JNIEnv *env) {
  jclass file = (*env)->FindClass(env, "sun/nio/ch/FileChannelImpl");
  file_field = file ? (*env)->GetFieldID(env, file, "fd", "Ljava/io/FileDescriptor;") : 0;
  jclass descriptor = file_field ? (*env)->FindClass(env, "java/io/FileDescriptor") : 0;
  fd_field = descriptor ? (*env)->GetFieldID(env, descriptor, "fd", "I") : 0;
  file_class = fd_field ? (*env)->NewGlobalRef(env, file) : 0;
  (*env)->ExceptionClear(env);
}

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *vm, void *reserved) {
  JNIEnv *env;
  long probe = 0;
  if ((*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_10) != JNI_OK) {
    return JNI_ERR;
  }
  jclass type = (*env)->FindClass(env, "java/nio/Buffer");
  address_field = type ? (*env)->GetFieldID(env, type, "address", "J") : 0;
  jobject buffer = address_field ? (*env)->NewDirectByteBuffer(env, &probe, sizeof probe) : 0;
  jboolean right = buffer && (*env)->GetLongField(env, buffer, address_field) == (jlong)&probe;
  find_descriptor(env);
  return right ? JNI_VERSION_10 : JNI_ERR;
}

static inline long address_of(JNIEnv *env, jobject buffer) {
  return (*env)->GetLongField(env, buffer, address_field);
}

/* GetDirectBufferAddress; of its byte 0, whatever its position */
NATIVE(jlong, address, jobject buffer) {
  return address_of(env, buffer);
}

/* How large an epoll_event is here; its data are its last eight bytes. */
NATIVE(jint, eventBytes) {
  return sizeof(struct event);
}

/* epoll_create1(2) */
NATIVE(jint, epollCreate) {
  return call(NR(291, 20), SOCK_CLOEXEC, 0, 0, 0, 0, 0);
}

/* epoll_ctl(2), EPOLL_CTL_ADD */
NATIVE(jint, epollAdd, jint ep, jint fd, jint events, jlong data) {
  return call(NR(233, 21), ep, 1, fd, (long)&(struct event){events, data}, 0, 0);
}

/* epoll_ctl(2), EPOLL_CTL_DEL */
NATIVE(jint, epollDelete, jint ep, jint fd) {
  return call(NR(233, 21), ep, 2, fd, 0, 0, 0);
}

/* epoll_pwait2(2), Linux 5.11; a negative timeout is none */
NATIVE(jint, epollWaitNanos, jint ep, jlong events, jint max, jlong nanos) {
  struct timespec time = {nanos / NANOS_PER_SECOND, nanos % NANOS_PER_SECOND};
  return call(NR(441, 441), ep, events, max, nanos < 0 ? 0 : (long)&time, 0, 0);
}

/* epoll_pwait(2) without a signal mask: aarch64 has no epoll_wait */
NATIVE(jint, epollWaitMillis, jint ep, jlong events, jint max, jint millis) {
  return call(NR(281, 22), ep, events, max, millis, 0, 0);
}

/* eventfd2(2) */
NATIVE(jint, eventfd) {
  return call(NR(290, 19), 0, SOCK_CLOEXEC | SOCK_NONBLOCK, 0, 0, 0, 0);
}

/* write(2) of a one to an eventfd */
NATIVE(jint, eventfdWrite, jint fd) {
  unsigned long one = 1;
  return call(NR(1, 64), fd, (long)&one, sizeof one, 0, 0, 0);
}

/* read(2) of an eventfd, which is zero then */
NATIVE(jint, eventfdRead, jint fd) {
  unsigned long count;
  return call(NR(0, 63), fd, (long)&count, sizeof count, 0, 0, 0);
}

/* socket(2), non-blocking and close-on-exec */
NATIVE(jint, socket, jint family, jint type) {
  return call(NR(41, 198), family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, 0, 0, 0);
}

/* bind(2) */
NATIVE(jint, bind, jint fd, jlong address, jint bytes) {
  return call(NR(49, 200), fd, address, bytes, 0, 0, 0);
}

/* connect(2) */
NATIVE(jint, connect, jint fd, jlong address, jint bytes) {
  return call(NR(42, 203), fd, address, bytes, 0, 0, 0);
}

/* listen(2) */
NATIVE(jint, listen, jint fd, jint backlog) {
  return call(NR(50, 201), fd, backlog, 0, 0, 0, 0);
}

/* accept4(2), non-blocking and close-on-exec; above the descriptor the length of the address */
NATIVE(jlong, accept, jint fd, jlong address) {
  unsigned int bytes = SOCKADDR_BYTES;
  long accepted = call(NR(288, 242), fd, address, (long)&bytes, SOCK_CLOEXEC | SOCK_NONBLOCK, 0, 0);
  return accepted < 0 ? accepted : (long)bytes << 32 | accepted;
}

/* getsockname(2); the length */
NATIVE(jint, getsockname, jint fd, jlong address) {
  unsigned int bytes = SOCKADDR_BYTES;
  long result = call(NR(51, 204), fd, address, (long)&bytes, 0, 0, 0);
  return result < 0 ? result : bytes;
}

/* getpeername(2); the length */
NATIVE(jint, getpeername, jint fd, jlong address) {
  unsigned int bytes = SOCKADDR_BYTES;
  long result = call(NR(52, 205), fd, address, (long)&bytes, 0, 0, 0);
  return result < 0 ? result : bytes;
}

/* setsockopt(2); the value is one int or two, the first one in the low half */
NATIVE(jint, setsockopt, jint fd, jint level, jint name, jlong value, jint bytes) {
  return call(NR(54, 208), fd, level, name, (long)&value, bytes, 0);
}

/* getsockopt(2); the value as above, and never negative: no option has a negative second int */
NATIVE(jlong, getsockopt, jint fd, jint level, jint name) {
  unsigned long value = 0;
  unsigned int bytes = sizeof value;
  long result = call(NR(55, 209), fd, level, name, (long)&value, (long)&bytes, 0);
  return result < 0 ? result : (long)value;
}

/* shutdown(2) */
NATIVE(jint, shutdown, jint fd, jint how) {
  return call(NR(48, 210), fd, how, 0, 0, 0, 0);
}

/* close(2) */
NATIVE(jint, close, jint fd) {
  return call(NR(3, 57), fd, 0, 0, 0, 0, 0);
}

/* recv(2) */
NATIVE(jint, recv, jint fd, jobject buffer, jint position, jint bytes) {
  return call(NR(45, 207), fd, address_of(env, buffer) + position, bytes, 0, 0, 0);
}

/* recvmsg(2); 1 << 32 is added when descriptors came along, behind which the kernel stops */
NATIVE(jlong, recvmsg, jint fd, jobject buffer, jint position, jint bytes) {
  struct vector vector = {address_of(env, buffer) + position, bytes};
  struct message message = {0, 0, &vector, 1, 0, 0, 0};
  long result = call(NR(47, 212), fd, (long)&message, 0, 0, 0, 0);
  return result > 0 && (message.flags & MSG_CTRUNC) ? result | 1L << 32 : result;
}

/* ppoll(2) of one descriptor without waiting: what was found of the events, 0 for nothing */
NATIVE(jint, poll, jint fd, jint events) {
  struct polled polled = {fd, events, 0};
  long result = call(NR(271, 73), (long)&polled, 1, (long)&(struct timespec){0, 0}, 0, 0, 0);
  return result <= 0 ? result : polled.found;
}

/* send(2) */
NATIVE(jint, send, jint fd, jobject buffer, jint position, jint bytes) {
  return call(NR(44, 206), fd, address_of(env, buffer) + position, bytes, MSG_NOSIGNAL, 0, 0);
}

/* sendmsg(2) of an array of struct iovec */
NATIVE(jint, sendmsg, jint fd, jlong vectors, jint count) {
  struct message message = {0, 0, (struct vector *)vectors, count, 0, 0, 0};
  return call(NR(46, 211), fd, (long)&message, MSG_NOSIGNAL, 0, 0, 0);
}

/* pipe2(2), non-blocking and close-on-exec; above the end to read from the end to write to */
NATIVE(jlong, pipe) {
  unsigned int ends[2];
  long result = call(NR(293, 59), (long)ends, SOCK_NONBLOCK | SOCK_CLOEXEC, 0, 0, 0, 0);
  return result < 0 ? result : (long)ends[1] << 32 | ends[0];
}

/* fcntl(2), F_SETPIPE_SZ */
NATIVE(jint, setPipeBytes, jint fd, jint bytes) {
  return call(NR(72, 25), fd, 1031, bytes, 0, 0, 0);
}

/* read(2) */
NATIVE(jint, read, jint fd, jobject buffer, jint position, jint bytes) {
  return call(NR(0, 63), fd, address_of(env, buffer) + position, bytes, 0, 0, 0);
}

/* splice(2), with SPLICE_F_MOVE and SPLICE_F_NONBLOCK */
NATIVE(jint, splice, jint from, jint to, jint bytes) {
  return call(NR(275, 76), from, 0, to, 0, bytes, 3);
}

/* sendfile(2) from a position of the file */
NATIVE(jint, sendFile, jint to, jint file, jlong position, jint bytes) {
  return call(NR(40, 71), to, file, (long)&position, bytes, 0, 0);
}

/* The descriptor of a file, another file's once somebody closes this one; -1 when not known */
NATIVE(jint, descriptor, jobject file) {
  jboolean known = file_class && (*env)->IsInstanceOf(env, file, file_class);
  jobject descriptor = known ? (*env)->GetObjectField(env, file, file_field) : 0;
  return descriptor ? (*env)->GetIntField(env, descriptor, fd_field) : -1;
}
