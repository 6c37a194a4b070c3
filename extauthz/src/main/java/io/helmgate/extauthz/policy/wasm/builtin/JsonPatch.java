package io.helmgate.extauthz.policy.wasm.builtin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * JSON Patch (RFC 6902) over Rego values. As in OPA, paths may also be arrays of keys, slashes at
 * their begin don't count, and members of sets are their own keys.
 */
final class JsonPatch {

  private Term document;

  private JsonPatch(Term document) {
    this.document = document;
  }

  static Term apply(List<Term> operands) {
    JsonPatch patch = new JsonPatch(operands.getFirst());
    for (Term operation : Operands.array(operands, 1)) {
      if (!(operation instanceof Term.Obj object)) {
        throw new BuiltinError("json.patch: an operation is no object");
      }
      patch.apply(object);
    }
    return patch.document;
  }

  private void apply(Term.Obj operation) {
    List<Term> path = path(required(operation, "path"));
    switch (textOf(required(operation, "op"))) {
      case "add" -> document = insert(document, path, required(operation, "value"));
      case "remove" -> {
        if (path.isEmpty()) {
          throw new BuiltinError("json.patch: the document itself can't be removed");
        }
        document = delete(document, path);
      }
      case "replace" -> {
        Term value = required(operation, "value");
        document = insert(path.isEmpty() ? document : delete(document, path), path, value);
      }
      case "move" -> {
        List<Term> from = path(required(operation, "from"));
        Term moved = at(document, from);
        document = insert(from.isEmpty() ? document : delete(document, from), path, moved);
      }
      case "copy" -> {
        Term copied = at(document, path(required(operation, "from")));
        document = insert(document, path, copied);
      }
      case "test" -> {
        if (at(document, path).compareTo(required(operation, "value")) != 0) {
          throw new BuiltinError("json.patch: test failed");
        }
      }
      default -> throw new BuiltinError("json.patch: unknown op");
    }
  }

  private static Term required(Term.Obj operation, String name) {
    return Optional.ofNullable(operation.fields().get(Term.text(name)))
        .orElseThrow(() -> new BuiltinError("json.patch: no " + name));
  }

  private static String textOf(Term term) {
    if (term instanceof Term.Text text) {
      return text.value();
    }
    throw new BuiltinError("json.patch: op is no string");
  }

  private static List<Term> path(Term path) {
    if (path instanceof Term.Arr array) {
      return array.items();
    }
    String text = textOf(path);
    if (text.isEmpty()) {
      return List.of();
    }
    return TextBuiltins.split(text.replaceFirst("^/+", ""), "/").stream()
        .map(segment -> Term.text(segment.replace("~1", "/").replace("~0", "~")))
        .toList();
  }

  private static Term at(Term term, List<Term> path) {
    return path.isEmpty() ? term : at(child(term, path.getFirst()), rest(path));
  }

  private static List<Term> rest(List<Term> path) {
    return path.subList(1, path.size());
  }

  private static Term child(Term term, Term key) {
    return switch (term) {
      case Term.Obj object ->
          Optional.ofNullable(object.fields().get(key)).orElseThrow(JsonPatch::noSuchPath);
      case Term.SetOf set when set.items().contains(key) -> key;
      case Term.Arr array -> array.items().get(index(key, array.items().size(), false));
      case Term.SetOf ignored -> throw noSuchPath();
      case Term.Null ignored -> throw noSuchPath();
      case Term.Bool ignored -> throw noSuchPath();
      case Term.Num ignored -> throw noSuchPath();
      case Term.Text ignored -> throw noSuchPath();
    };
  }

  private static BuiltinError noSuchPath() {
    return new BuiltinError("json.patch: no such path");
  }

  private static int index(Term key, int size, boolean toInsert) {
    int limit = toInsert ? size : size - 1;
    long index =
        switch (key) {
          case Term.Num number -> Operands.whole(number).orElseThrow(JsonPatch::noSuchPath);
          case Term.Text text when text.value().equals("-") -> size;
          case Term.Text text when text.value().matches("0|-?[1-9]\\d{0,17}") ->
              Long.parseLong(text.value());
          case Term.Text ignored -> throw noSuchPath();
          case Term.Null ignored -> throw noSuchPath();
          case Term.Bool ignored -> throw noSuchPath();
          case Term.Arr ignored -> throw noSuchPath();
          case Term.Obj ignored -> throw noSuchPath();
          case Term.SetOf ignored -> throw noSuchPath();
        };
    if (index < 0 || index > limit) {
      throw noSuchPath();
    }
    return (int) index;
  }

  private static Term insert(Term term, List<Term> path, Term value) {
    if (path.isEmpty()) {
      return value;
    }
    Term key = path.getFirst();
    if (path.size() > 1) {
      return replaceChild(term, key, child -> insert(child, rest(path), value));
    }
    return switch (term) {
      case Term.Obj object -> {
        TreeMap<Term, Term> fields = new TreeMap<>(object.fields());
        fields.put(key, value);
        yield new Term.Obj(fields);
      }
      case Term.Arr array -> {
        List<Term> items = new ArrayList<>(array.items());
        items.add(index(key, items.size(), true), value);
        yield Term.array(items);
      }
      case Term.SetOf set when key.compareTo(value) == 0 -> {
        TreeSet<Term> items = new TreeSet<>(set.items());
        items.add(value);
        yield new Term.SetOf(items);
      }
      case Term.SetOf ignored -> throw noSuchPath();
      case Term.Null ignored -> throw noSuchPath();
      case Term.Bool ignored -> throw noSuchPath();
      case Term.Num ignored -> throw noSuchPath();
      case Term.Text ignored -> throw noSuchPath();
    };
  }

  private static Term delete(Term term, List<Term> path) {
    Term key = path.getFirst();
    if (path.size() > 1) {
      return replaceChild(term, key, child -> delete(child, rest(path)));
    }
    child(term, key);
    return switch (term) {
      case Term.Obj object -> {
        TreeMap<Term, Term> fields = new TreeMap<>(object.fields());
        fields.remove(key);
        yield new Term.Obj(fields);
      }
      case Term.Arr array -> {
        List<Term> items = new ArrayList<>(array.items());
        items.remove(index(key, items.size(), false));
        yield Term.array(items);
      }
      case Term.SetOf set -> {
        TreeSet<Term> items = new TreeSet<>(set.items());
        items.remove(key);
        yield new Term.SetOf(items);
      }
      case Term.Null ignored -> throw noSuchPath();
      case Term.Bool ignored -> throw noSuchPath();
      case Term.Num ignored -> throw noSuchPath();
      case Term.Text ignored -> throw noSuchPath();
    };
  }

  /** The same collection with one child changed; a changed member of a set is another member. */
  private static Term replaceChild(Term term, Term key, UnaryOperator<Term> change) {
    Term changed = change.apply(child(term, key));
    return switch (term) {
      case Term.Obj object -> {
        TreeMap<Term, Term> fields = new TreeMap<>(object.fields());
        fields.put(key, changed);
        yield new Term.Obj(fields);
      }
      case Term.Arr array -> {
        List<Term> items = new ArrayList<>(array.items());
        items.set(index(key, items.size(), false), changed);
        yield Term.array(items);
      }
      case Term.SetOf set -> {
        TreeSet<Term> items = new TreeSet<>(set.items());
        items.remove(key);
        items.add(changed);
        yield new Term.SetOf(items);
      }
      case Term.Null ignored -> throw noSuchPath();
      case Term.Bool ignored -> throw noSuchPath();
      case Term.Num ignored -> throw noSuchPath();
      case Term.Text ignored -> throw noSuchPath();
    };
  }
}
