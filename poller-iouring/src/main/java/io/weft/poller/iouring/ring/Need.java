package io.weft.poller.iouring.ring;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** What is insisted on, with the kernel that has it first: the feature set of Linux 6.1. */
enum Need {
  SETUP_CQSIZE(3, "5.5"),
  SETUP_CLAMP(4, "5.6"),
  SETUP_R_DISABLED(6, "5.10"),
  SETUP_SUBMIT_ALL(7, "5.18"),
  SETUP_SINGLE_ISSUER(12, "6.0"),
  SETUP_DEFER_TASKRUN(13, "6.1"),
  FEAT_SINGLE_MMAP(0, "5.4"),
  FEAT_NODROP(1, "5.5"),
  FEAT_SUBMIT_STABLE(2, "5.5"),
  FEAT_FAST_POLL(5, "5.7"),
  FEAT_EXT_ARG(8, "5.11"),
  FEAT_NATIVE_WORKERS(9, "5.12"),
  FEAT_RSRC_TAGS(10, "5.13"),
  OP_NOP(Sqe.NOP, "5.1"),
  OP_POLL_ADD(Sqe.POLL_ADD, "5.1"),
  OP_SENDMSG(Sqe.SENDMSG, "5.3"),
  OP_ACCEPT(Sqe.ACCEPT, "5.5"),
  OP_ASYNC_CANCEL(Sqe.ASYNC_CANCEL, "5.5"),
  OP_CONNECT(Sqe.CONNECT, "5.5"),
  OP_READ(Sqe.READ, "5.6"),
  OP_SEND(Sqe.SEND, "5.6"),
  OP_RECV(Sqe.RECV, "5.7"),
  REGISTER_PBUF_RING(Ring.REGISTER_PBUF_RING, "5.19"),
  ASYNC_CANCEL_FD(1, "5.19");

  // in the order of the kernels that brought them
  static final Set<Need> SETUP = EnumSet.range(SETUP_CQSIZE, SETUP_DEFER_TASKRUN);
  static final Set<Need> FEATURES = EnumSet.range(FEAT_SINGLE_MMAP, FEAT_RSRC_TAGS);
  static final Set<Need> OPCODES = EnumSet.range(OP_NOP, OP_RECV);

  /** A bit's number, or that of an operation. */
  final int number;

  private final String since;

  Need(int number, String since) {
    this.number = number;
    this.since = since;
  }

  /** Bits as one number. */
  static int mask(Set<Need> needs) {
    return needs.stream().mapToInt(need -> 1 << need.number).sum();
  }

  static Refusal refusal(Set<Need> lacking) {
    return new Refusal(
        lacking.stream()
            .map(need -> "IORING_" + need + " (Linux " + need.since + ")")
            .collect(Collectors.joining(", ", "the kernel lacks ", "")),
        "boot Linux 6.1 or later");
  }
}
