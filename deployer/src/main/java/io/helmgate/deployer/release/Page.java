package io.helmgate.deployer.release;

import java.util.List;
import java.util.Optional;

/**
 * Some of many things, in order.
 *
 * @param next where the next page begins: after that one; empty on the last page
 */
public record Page<T>(List<T> items, Optional<String> next) {
  public Page {
    items = List.copyOf(items);
  }

  /**
   * Which page.
   *
   * @param size at most so many
   * @param after the {@code next} of the page before; empty: the first page
   */
  public record Wanted(int size, Optional<String> after) {}
}
