package io.weft.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: only memory that nobody can free or move may be given to the kernel. */
@Timeout(60)
class NativeMemoryTest {
  @Test
  void directBuffersAreStableAndSoAreTheirViews() {
    ByteBuffer direct = ByteBuffer.allocateDirect(64);
    assertThat(NativeMemory.isStable(direct)).isTrue();
    assertThat(NativeMemory.isStable(direct.slice(8, 8))).isTrue();
    assertThat(NativeMemory.isStable(direct.duplicate())).isTrue();
    assertThat(NativeMemory.isStable(direct.asReadOnlyBuffer())).isTrue();
  }

  @Test
  void heapBuffersAreNot() {
    assertThat(NativeMemory.isStable(ByteBuffer.allocate(64))).isFalse();
    assertThat(NativeMemory.isStable(ByteBuffer.wrap(new byte[64]).asReadOnlyBuffer())).isFalse();
  }

  @Test
  void globalAndAutomaticArenasAre() {
    assertThat(NativeMemory.isStable(Arena.global().allocate(64).asByteBuffer())).isTrue();
    assertThat(NativeMemory.isStable(Arena.ofAuto().allocate(64).asByteBuffer())).isTrue();
  }

  @Test
  void arenasThatCanBeClosedAreNot() {
    try (Arena confined = Arena.ofConfined();
        Arena shared = Arena.ofShared()) {
      assertThat(NativeMemory.isStable(confined.allocate(64).asByteBuffer())).isFalse();
      assertThat(NativeMemory.isStable(shared.allocate(64).asByteBuffer())).isFalse();
      assertThat(NativeMemory.isStable(shared.allocate(64).asByteBuffer().slice())).isFalse();
    }
  }
}
