package io.helmgate.extauthz.policy.wasm.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TermTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "-1.5e3",
        "\"žluť 🐎 \\\"\\\\\\n\\u0000\"",
        "[]",
        "[1,[2],{}]",
        "set()",
        "{1,\"a\",[set()]}",
        "{\"a\":1,\"b\":{\"c\":{1}}}",
        "{1:2,[3]:null}",
      })
  void whatIsReadIsWrittenAgain(String text) {
    assertThat(TermText.print(TermText.parse(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "nul", "[1", "[1 2]", "{1,2", "{1:2,3}", "\"a", "\"\\x\"", "1 2", "set(1)", "?"
      })
  void textThatIsNoValueIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> TermText.parse(text));
  }

  @Test
  void aNumberThatBeginsWithItsPointIsWrittenForAModule() {
    assertThat(TermText.print(TermText.parse("[.5,-.5]"))).isEqualTo("[0.5,-0.5]");
  }

  @Test
  void equalNumbersInASetCountOnce() {
    assertThat(TermText.parse("{1,1.0,1e0}")).isEqualTo(TermText.parse("{1}"));
  }

  @Test
  void valuesAreOrderedAsInRego() {
    List<Term> ordered =
        List.of(
            TermText.parse("null"),
            TermText.parse("false"),
            TermText.parse("true"),
            TermText.parse("-1"),
            TermText.parse("2"),
            TermText.parse("\"\""),
            TermText.parse("\"\uffee\""),
            TermText.parse("\"🐎\""),
            TermText.parse("[]"),
            TermText.parse("[1]"),
            TermText.parse("[1,0]"),
            TermText.parse("{}"),
            TermText.parse("{\"a\":1}"),
            TermText.parse("{\"a\":2}"),
            TermText.parse("set()"),
            TermText.parse("{1}"));
    assertThat(ordered).isSortedAccordingTo(Term::compareTo).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e999999999", "1e-999999999", "1e99999999999"})
  void aNumberThatWouldFloodTheMemoryIsNotComputedWith(String text) {
    Term.Num number = (Term.Num) TermText.parse(text);
    assertThatExceptionOfType(BuiltinError.class).isThrownBy(number::decimal);
  }

  @Test
  void aNumberOfEndlessDigitsIsNotComputedWith() {
    Term.Num number = (Term.Num) TermText.parse("1".repeat(100_000));
    assertThatExceptionOfType(BuiltinError.class).isThrownBy(number::decimal);
  }

  @Property
  void anyTextSurvives(@ForAll("texts") String text) {
    assertThat(TermText.parse(TermText.print(Term.text(text)))).isEqualTo(Term.text(text));
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().excludeChars('\ud800');
  }
}
