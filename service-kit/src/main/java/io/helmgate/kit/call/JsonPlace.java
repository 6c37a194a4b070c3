package io.helmgate.kit.call;

import org.jspecify.annotations.Nullable;

/**
 * Where in a JSON tree a value stands, such as {@code body.values.list[3]}.
 *
 * <p>Written out only when something is refused there: a name may be as long as a body, and have as
 * many members.
 */
final class JsonPlace {

  private static final int MAX_NAME_LENGTH = 40;

  private final @Nullable JsonPlace outer;
  private final String name;
  private final int index;

  private JsonPlace(@Nullable JsonPlace outer, String name, int index) {
    this.outer = outer;
    this.name = name;
    this.index = index;
  }

  static JsonPlace of(String root) {
    return new JsonPlace(null, root, -1);
  }

  JsonPlace member(String member) {
    return new JsonPlace(this, member, -1);
  }

  JsonPlace element(int at) {
    return new JsonPlace(this, "", at);
  }

  @Override
  public String toString() {
    if (index >= 0) {
      return outer + "[" + index + "]";
    }
    String shown =
        name.length() > MAX_NAME_LENGTH ? name.substring(0, MAX_NAME_LENGTH) + "..." : name;
    return outer == null ? shown : outer + "." + shown;
  }
}
