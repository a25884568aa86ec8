package io.weft.tck.soak;

import io.weft.Net;

/**
 * What all sessions share.
 *
 * @param net where their connections are
 * @param bytes what they send
 * @param tally where they are counted
 * @param crew their threads
 * @param doors where they can dial
 */
record Stage(Net net, Bytes bytes, Tally tally, Crew crew, Doors doors) {
  Carried carried(Stream stream) {
    return new Carried(bytes, stream, tally);
  }
}
