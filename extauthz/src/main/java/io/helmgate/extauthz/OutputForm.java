package io.helmgate.extauthz;

import java.util.Locale;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** How a command shows its result. */
enum OutputForm {
  TEXT,
  JSON;

  private static final String NAME = "--output";

  static OptionSpec option() {
    return OptionSpec.builder(NAME)
        .type(OutputForm.class)
        .converters(text -> valueOf(text.toUpperCase(Locale.ROOT)))
        .paramLabel("text|json")
        .description("The form of the result; text without it.")
        .build();
  }

  static OutputForm of(ParseResult arguments) {
    return arguments.matchedOptionValue(NAME, TEXT);
  }
}
