package io.helmgate.extauthz.policy.wasm.builtin;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Reads the operands of a call, or refuses them as OPA does. Positions count from 0. */
final class Operands {

  private Operands() {}

  static String text(List<Term> operands, int position) {
    if (operands.get(position) instanceof Term.Text text) {
      return text.value();
    }
    throw wrong(position, "a string");
  }

  /** A number without a fraction that fits 64 bits; {@code 2.0} is one, {@code 2e0} is not. */
  static long integer(List<Term> operands, int position) {
    if (operands.get(position) instanceof Term.Num number) {
      Optional<Long> whole = whole(number);
      if (whole.isPresent()) {
        return whole.get();
      }
    }
    throw wrong(position, "an integer");
  }

  /** The same, as OPA's {@code Number.Int64} sees it. */
  static Optional<Long> whole(Term.Num number) {
    if (number.text().indexOf('e') >= 0 || number.text().indexOf('E') >= 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(number.decimal().longValueExact());
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }

  /** A number without a fraction, of any size and in any notation. */
  static BigInteger bigInteger(List<Term> operands, int position) {
    try {
      return number(operands, position).toBigIntegerExact();
    } catch (ArithmeticException e) {
      throw wrong(position, "an integer");
    }
  }

  static BigDecimal number(List<Term> operands, int position) {
    if (operands.get(position) instanceof Term.Num number) {
      return number.decimal();
    }
    throw wrong(position, "a number");
  }

  static Term.Obj object(List<Term> operands, int position) {
    if (operands.get(position) instanceof Term.Obj object) {
      return object;
    }
    throw wrong(position, "an object");
  }

  static List<Term> array(List<Term> operands, int position) {
    if (operands.get(position) instanceof Term.Arr array) {
      return array.items();
    }
    throw wrong(position, "an array");
  }

  static Collection<Term> arrayOrSet(List<Term> operands, int position) {
    return items(operands.get(position)).orElseThrow(() -> wrong(position, "an array or a set"));
  }

  /** A string, or an array or set of strings. */
  static List<String> texts(List<Term> operands, int position) {
    if (operands.get(position) instanceof Term.Text text) {
      return List.of(text.value());
    }
    List<String> texts = new ArrayList<>();
    for (Term item : arrayOrSet(operands, position)) {
      if (!(item instanceof Term.Text text)) {
        throw wrong(position, "strings only");
      }
      texts.add(text.value());
    }
    return texts;
  }

  /** The members of an array or a set. */
  static Optional<Collection<Term>> items(Term term) {
    return switch (term) {
      case Term.Arr array -> Optional.of(array.items());
      case Term.SetOf set -> Optional.of(set.items());
      case Term.Null ignored -> Optional.empty();
      case Term.Bool ignored -> Optional.empty();
      case Term.Num ignored -> Optional.empty();
      case Term.Text ignored -> Optional.empty();
      case Term.Obj ignored -> Optional.empty();
    };
  }

  static BuiltinError wrong(int position, String expected) {
    return new BuiltinError("operand " + (position + 1) + " (expected: " + expected + ")");
  }
}
