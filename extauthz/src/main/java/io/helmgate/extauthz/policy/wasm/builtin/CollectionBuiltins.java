package io.helmgate.extauthz.policy.wasm.builtin;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code object.subset}, {@code json.patch}, {@code graph.reachable_paths}, {@code
 * numbers.range_step} and {@code rand.intn}.
 */
final class CollectionBuiltins {

  /** More than any policy wants, and far less than the memory of an instance. */
  private static final int MAX_ITEMS = 100_000;

  private CollectionBuiltins() {}

  static Map<String, Builtin> all() {
    return Map.of(
        "object.subset", (context, operands) -> subset(operands),
        "json.patch", (context, operands) -> JsonPatch.apply(operands),
        "graph.reachable_paths", (context, operands) -> reachablePaths(operands),
        "numbers.range_step", (context, operands) -> rangeStep(operands),
        "rand.intn", CollectionBuiltins::randomInt);
  }

  private static Term subset(List<Term> operands) {
    Term whole = operands.get(0);
    Term part = operands.get(1);
    if (whole instanceof Term.Arr array && part instanceof Term.SetOf set) {
      // OPA looks for the set while it walks the array, so it finds none in an empty one.
      return Term.bool(
          !array.items().isEmpty() && new TreeSet<>(array.items()).containsAll(set.items()));
    }
    boolean sameKind =
        (whole instanceof Term.Obj && part instanceof Term.Obj)
            || (whole instanceof Term.SetOf && part instanceof Term.SetOf)
            || (whole instanceof Term.Arr && part instanceof Term.Arr);
    if (!sameKind) {
      throw new BuiltinError("object.subset: operands of different kinds");
    }
    return Term.bool(isSubset(whole, part));
  }

  private static boolean isSubset(Term whole, Term part) {
    if (whole instanceof Term.Obj all && part instanceof Term.Obj some) {
      return some.fields().entrySet().stream()
          .allMatch(
              field ->
                  all.fields().containsKey(field.getKey())
                      && isSubset(all.fields().get(field.getKey()), field.getValue()));
    }
    if (whole instanceof Term.SetOf all && part instanceof Term.SetOf some) {
      return all.items().containsAll(some.items());
    }
    if (whole instanceof Term.Arr all && part instanceof Term.Arr some) {
      return isRun(all.items(), some.items());
    }
    return whole.compareTo(part) == 0;
  }

  /** OPA's own search: after a partial match it goes on one further, as a naive search does. */
  private static boolean isRun(List<Term> all, List<Term> some) {
    return Collections.indexOfSubList(all, some) >= 0;
  }

  private static Term reachablePaths(List<Term> operands) {
    Term.Obj graph = Operands.object(operands, 0);
    TreeSet<Term> paths = new TreeSet<>();
    for (Term node : Operands.arrayOrSet(operands, 1)) {
      Term edges = graph.fields().get(node);
      if (edges == null) {
        continue;
      }
      Collection<Term> neighbours = Operands.items(edges).orElse(List.of());
      if (neighbours.isEmpty()) {
        paths.add(Term.array(List.of(node)));
      }
      for (Term neighbour : neighbours) {
        walk(graph, neighbour, List.of(node), Set.of(node), paths);
      }
    }
    return new Term.SetOf(paths);
  }

  private static void walk(
      Term.Obj graph, Term node, List<Term> path, Set<Term> reached, Set<Term> paths) {
    Term edges = graph.fields().get(node);
    if (edges == null) {
      add(path, paths);
      return;
    }
    List<Term> longer = new ArrayList<>(path);
    longer.add(node);
    Collection<Term> neighbours = Operands.items(edges).orElse(List.of());
    if (neighbours.isEmpty()) {
      add(longer, paths);
      return;
    }
    Set<Term> reachedHere = new HashSet<>(reached);
    reachedHere.add(node);
    for (Term neighbour : neighbours) {
      if (reachedHere.contains(neighbour)) {
        add(longer, paths);
      } else {
        walk(graph, neighbour, longer, reachedHere, paths);
      }
    }
  }

  /** The number of paths grows exponentially with the graph. */
  private static void add(List<Term> path, Set<Term> paths) {
    if (paths.size() >= MAX_ITEMS || Thread.currentThread().isInterrupted()) {
      throw new IllegalStateException("graph.reachable_paths: more than " + MAX_ITEMS + " paths");
    }
    paths.add(Term.array(path));
  }

  private static Term rangeStep(List<Term> operands) {
    BigInteger from = Operands.bigInteger(operands, 0);
    BigInteger to = Operands.bigInteger(operands, 1);
    BigInteger step = Operands.bigInteger(operands, 2);
    if (step.signum() <= 0) {
      throw new BuiltinError("numbers.range_step: step must be positive");
    }
    BigInteger count = to.subtract(from).abs().divide(step).add(BigInteger.ONE);
    if (count.compareTo(BigInteger.valueOf(MAX_ITEMS)) > 0) {
      throw new IllegalStateException("numbers.range_step: more than " + MAX_ITEMS + " numbers");
    }
    BigInteger signed = from.compareTo(to) <= 0 ? step : step.negate();
    List<Term> numbers = new ArrayList<>();
    for (int i = 0; i < count.intValue(); i++) {
      BigInteger number = from.add(signed.multiply(BigInteger.valueOf(i)));
      numbers.add(new Term.Num(number.toString()));
    }
    return Term.array(numbers);
  }

  private record RandomKey(String name, long bound) {}

  private static Term randomInt(CallContext context, List<Term> operands) {
    String name = Operands.text(operands, 0);
    long bound = Math.abs(Operands.integer(operands, 1));
    if (bound == 0) {
      return Term.number(0);
    }
    return context.remember(
        new RandomKey(name, bound), random -> Term.number(random.nextLong(bound)));
  }
}
