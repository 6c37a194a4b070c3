package io.helmgate.kit.call;

import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How large a document gets when its fragments are put in place, found without doing so.
 *
 * <p>Thirty fragments, each spreading the next one twice, are a billion selections; validation and
 * normalization would visit them all.
 */
final class DocumentSize {

  // Selection sets within each other, fragments included; far above any use, and no deep recursion.
  private static final int MAX_NESTING = 100;

  private final CallLimits limits;
  private final Map<String, FragmentDefinition> fragments = new HashMap<>();
  private final Map<String, Size> known = new HashMap<>();
  private final Set<String> open = new HashSet<>();

  private record Size(int selections, int depth, int nesting) {
    static final Size NONE = new Size(0, 0, 0);

    /** This beside the other one. */
    Size and(Size other) {
      return new Size(
          selections + other.selections,
          Math.max(depth, other.depth),
          Math.max(nesting, other.nesting));
    }

    /** This within one more selection, which may be a level of fields. */
    Size within(int levels) {
      return new Size(selections + 1, depth + levels, nesting + 1);
    }
  }

  private DocumentSize(CallLimits limits) {
    this.limits = limits;
  }

  static void check(Document document, CallLimits limits) throws RefusedException {
    DocumentSize size = new DocumentSize(limits);
    for (FragmentDefinition fragment : document.getDefinitionsOfType(FragmentDefinition.class)) {
      size.fragments.put(fragment.getName(), fragment);
    }
    Size all = Size.NONE;
    for (OperationDefinition operation : document.getDefinitionsOfType(OperationDefinition.class)) {
      all = size.bounded(all.and(size.of(operation.getSelectionSet(), 0)));
    }
    for (String fragment : size.fragments.keySet()) {
      size.fragment(fragment, 0);
    }
  }

  private Size of(@Nullable SelectionSet set, int nesting) throws RefusedException {
    if (nesting > MAX_NESTING) {
      throw tooLarge("nesting", MAX_NESTING);
    }
    Size size = Size.NONE;
    if (set != null) {
      for (Selection<?> selection : set.getSelections()) {
        size = bounded(size.and(of(selection, nesting + 1)));
      }
    }
    return size;
  }

  private Size of(Selection<?> selection, int nesting) throws RefusedException {
    return switch (selection) {
      case Field field -> of(field.getSelectionSet(), nesting).within(1);
      case InlineFragment inline -> of(inline.getSelectionSet(), nesting).within(0);
      case FragmentSpread spread -> fragment(spread.getName(), nesting).within(0);
      default -> throw new IllegalArgumentException(selection.getClass().getName());
    };
  }

  private Size fragment(String name, int nesting) throws RefusedException {
    Size size = known.get(name);
    FragmentDefinition fragment = fragments.get(name);
    if (size != null || fragment == null) {
      // Validation refuses an unknown one.
      return size == null ? Size.NONE : size;
    }
    if (!open.add(name)) {
      throw RefusedException.malformed("query: fragment " + name + " contains itself");
    }
    Size found = of(fragment.getSelectionSet(), nesting);
    open.remove(name);
    known.put(name, found);
    return found;
  }

  private Size bounded(Size size) throws RefusedException {
    if (size.selections() > limits.maxGraphqlFields()) {
      throw tooLarge("selections", limits.maxGraphqlFields());
    }
    if (size.depth() > limits.maxGraphqlDepth()) {
      throw tooLarge("levels of fields", limits.maxGraphqlDepth());
    }
    if (size.nesting() > MAX_NESTING) {
      throw tooLarge("nesting", MAX_NESTING);
    }
    return size;
  }

  private static RefusedException tooLarge(String what, int limit) {
    return RefusedException.malformed(
        "query: too many %s (expected: at most %d)".formatted(what, limit));
  }
}
