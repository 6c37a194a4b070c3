package io.helmgate.extauthz.policy.wasm.builtin;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A Rego value. The order is Rego's: null, boolean, number, string, array, object, set (OPA {@code
 * ast.Compare}).
 */
public sealed interface Term extends Comparable<Term> {

  /** The value {@code null}. */
  record Null() implements Term {}

  /** A boolean. */
  record Bool(boolean value) implements Term {}

  /**
   * A number.
   *
   * @param text its JSON text, kept since OPA prints {@code 1.0} and {@code 1} differently
   */
  record Num(String text) implements Term {

    private static final int MAX_LENGTH = 1000;
    private static final long MAX_EXPONENT = 100_000;

    static Num of(long value) {
      return new Num(Long.toString(value));
    }

    /**
     * Its value.
     *
     * @throws BuiltinError when it is so long or large that computing with it would flood the
     *     memory; OPA itself stops at an exponent of 100,000
     */
    BigDecimal decimal() {
      if (text.length() > MAX_LENGTH) {
        throw new BuiltinError("number of " + text.length() + " characters");
      }
      try {
        BigDecimal value = new BigDecimal(text);
        if (Math.abs((long) value.scale()) > MAX_EXPONENT) {
          throw new BuiltinError("number too big");
        }
        return value;
      } catch (NumberFormatException e) {
        throw new BuiltinError("number too big");
      }
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Num number && decimal().compareTo(number.decimal()) == 0;
    }

    @Override
    public int hashCode() {
      return decimal().stripTrailingZeros().hashCode();
    }
  }

  /** A string. */
  record Text(String value) implements Term {}

  /** An array. */
  record Arr(List<Term> items) implements Term {
    public Arr {
      items = List.copyOf(items);
    }
  }

  /** An object; keys may be any value. */
  record Obj(SortedMap<Term, Term> fields) implements Term {
    public Obj {
      fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
    }
  }

  /** A set. */
  record SetOf(SortedSet<Term> items) implements Term {
    public SetOf {
      items = Collections.unmodifiableSortedSet(new TreeSet<>(items));
    }

    static SetOf of(Collection<? extends Term> items) {
      return new SetOf(new TreeSet<>(items));
    }
  }

  /** A string. */
  static Term text(String value) {
    return new Text(value);
  }

  /** A boolean. */
  static Term bool(boolean value) {
    return new Bool(value);
  }

  /** A whole number. */
  static Term number(long value) {
    return Num.of(value);
  }

  /** An array. */
  static Term array(List<? extends Term> items) {
    return new Arr(List.copyOf(items));
  }

  @Override
  default int compareTo(Term other) {
    int ranks = Integer.compare(rank(this), rank(other));
    if (ranks != 0) {
      return ranks;
    }
    return switch (this) {
      case Null ignored -> 0;
      case Bool bool -> Boolean.compare(bool.value(), ((Bool) other).value());
      case Num number -> number.decimal().compareTo(((Num) other).decimal());
      case Text text -> compareText(text.value(), ((Text) other).value());
      case Arr array -> compareAll(array.items(), ((Arr) other).items());
      case SetOf set -> compareAll(set.items(), ((SetOf) other).items());
      case Obj object -> compareFields(object.fields(), ((Obj) other).fields());
    };
  }

  private static int rank(Term term) {
    return switch (term) {
      case Null ignored -> 0;
      case Bool ignored -> 1;
      case Num ignored -> 2;
      case Text ignored -> 3;
      case Arr ignored -> 4;
      case Obj ignored -> 5;
      case SetOf ignored -> 6;
    };
  }

  /** By code point, as UTF-8 bytes compare; {@link String#compareTo} goes by UTF-16 unit. */
  private static int compareText(String left, String right) {
    int i = 0;
    int j = 0;
    while (i < left.length() && j < right.length()) {
      int a = left.codePointAt(i);
      int b = right.codePointAt(j);
      if (a != b) {
        return Integer.compare(a, b);
      }
      i += Character.charCount(a);
      j += Character.charCount(b);
    }
    return Integer.compare(left.length() - i, right.length() - j);
  }

  private static int compareAll(Collection<Term> left, Collection<Term> right) {
    Iterator<Term> a = left.iterator();
    Iterator<Term> b = right.iterator();
    while (a.hasNext() && b.hasNext()) {
      int order = a.next().compareTo(b.next());
      if (order != 0) {
        return order;
      }
    }
    return Boolean.compare(a.hasNext(), b.hasNext());
  }

  private static int compareFields(SortedMap<Term, Term> left, SortedMap<Term, Term> right) {
    Iterator<Map.Entry<Term, Term>> a = left.entrySet().iterator();
    Iterator<Map.Entry<Term, Term>> b = right.entrySet().iterator();
    while (a.hasNext() && b.hasNext()) {
      Map.Entry<Term, Term> x = a.next();
      Map.Entry<Term, Term> y = b.next();
      int order = x.getKey().compareTo(y.getKey());
      if (order == 0) {
        order = x.getValue().compareTo(y.getValue());
      }
      if (order != 0) {
        return order;
      }
    }
    return Boolean.compare(a.hasNext(), b.hasNext());
  }
}
