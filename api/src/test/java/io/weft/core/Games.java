package io.weft.core;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The games of a model test: how many, and the seed that they all come from. A test prints them
 * before it starts, and a failure says what plays the one game again.
 *
 * <p>Configuration parameters of JUnit choose others: {@code weft.model.seed}, {@code
 * weft.model.games} for the number of games in all variants together, and {@code weft.model.game}
 * for one game alone, played so many times.
 */
final class Games {
  private static final long SEED = 20_260_101;
  private static final int VARIANTS = Variant.values().length;

  private final long seed;
  private final int count;
  private final int only;

  private Games(long seed, int count, int only) {
    this.seed = seed;
    this.count = count;
    this.only = only;
  }

  /** One game. */
  @FunctionalInterface
  interface Game {
    void play(Random random) throws Exception;
  }

  /** Plays a variant's share of the games. */
  void play(String model, Variant variant, Game game) {
    int share = Math.ceilDiv(count, VARIANTS);
    String games = only < 0 ? share + " games" : share + " times game " + only;
    System.out.printf("%s: %s, %s of seed %d%n", model, variant, games, seed);
    for (int i = 0; i < share; i++) {
      int number = only < 0 ? first(variant, share) + i : only;
      try {
        game.play(new Random(seed * 1_000_003 + number));
      } catch (Exception | Error e) {
        throw new AssertionError(replay(variant, number), e);
      }
    }
  }

  // every variant plays other games
  private static int first(Variant variant, int share) {
    return List.of(Variant.values()).indexOf(variant) * share;
  }

  private String replay(Variant variant, int number) {
    return "game %d of %s; again: -Dweft.model.seed=%d -Dweft.model.game=%d"
        .formatted(number, variant, seed, number);
  }

  /** How many games a model plays when nothing else is asked for. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.PARAMETER)
  @interface Count {
    int value();
  }

  /** Gives a test its games. */
  static final class Provider implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Games.class;
    }

    @Override
    public Games resolveParameter(ParameterContext parameter, ExtensionContext context) {
      Count fallback = parameter.findAnnotation(Count.class).orElseThrow();
      return new Games(
          context.getConfigurationParameter("weft.model.seed", Long::valueOf).orElse(SEED),
          context
              .getConfigurationParameter("weft.model.games", Integer::valueOf)
              .orElse(fallback.value()),
          context.getConfigurationParameter("weft.model.game", Integer::valueOf).orElse(-1));
    }
  }
}
