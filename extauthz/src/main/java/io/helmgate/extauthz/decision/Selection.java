package io.helmgate.extauthz.decision;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which parts of a JSON document somebody looks at: a tree of names, some of them wanted whole.
 *
 * <p>A document that is reduced to a selection has every selected value that the whole one has, and
 * each is of the same kind: an object may lack members, anything else is whole. It may have more.
 */
public final class Selection {

  private static final Selection ALL = new Selection(true, Map.of());
  private static final Selection NONE = new Selection(false, Map.of());

  private final boolean whole;
  private final Map<String, Selection> members;

  private Selection(boolean whole, Map<String, Selection> members) {
    this.whole = whole;
    this.members = members;
  }

  /** The whole document. */
  public static Selection all() {
    return ALL;
  }

  /** Nothing but that there is a document. */
  public static Selection none() {
    return NONE;
  }

  /**
   * Values by their paths of names.
   *
   * @param whole those that are wanted whole
   * @param present those of which presence and kind are enough
   */
  public static Selection of(Collection<List<String>> whole, Collection<List<String>> present) {
    Map<String, Collection<List<String>>> wholeBelow = new HashMap<>();
    Map<String, Collection<List<String>>> presentBelow = new HashMap<>();
    for (List<String> path : whole) {
      if (path.isEmpty()) {
        return ALL;
      }
      below(wholeBelow, path);
      presentBelow.computeIfAbsent(path.getFirst(), name -> new ArrayList<>());
    }
    for (List<String> path : present) {
      if (!path.isEmpty()) {
        below(presentBelow, path);
      }
    }
    Map<String, Selection> members = new HashMap<>();
    presentBelow.forEach(
        (name, paths) -> members.put(name, of(wholeBelow.getOrDefault(name, List.of()), paths)));
    return members.isEmpty() ? NONE : new Selection(false, Map.copyOf(members));
  }

  private static void below(Map<String, Collection<List<String>>> byName, List<String> path) {
    byName
        .computeIfAbsent(path.getFirst(), name -> new ArrayList<>())
        .add(path.subList(1, path.size()));
  }

  public boolean isWhole() {
    return whole;
  }

  /** What is selected below a name; null when nothing is. */
  public @Nullable Selection member(String name) {
    return whole ? ALL : members.get(name);
  }

  public boolean has(String name) {
    return whole || members.containsKey(name);
  }

  /** The selected names; empty when it is whole. */
  public Set<String> names() {
    return members.keySet();
  }

  /** Whether something at this path, above or below it, is selected. */
  public boolean touches(List<String> path) {
    Selection here = this;
    for (String name : path) {
      Selection next = here.member(name);
      if (next == null) {
        // What is present only shows its members' absence, never what they are.
        return false;
      }
      here = next;
    }
    return true;
  }

  @Override
  public String toString() {
    return whole ? "*" : new TreeMap<>(members).toString();
  }
}
