package io.helmgate.deployer.helm;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import java.util.Optional;

/**
 * Patterns of schemas by RE2, as Helm has them: they need no more than linear time. What RE2 cannot
 * do matches anything, and is told.
 */
final class SchemaPatterns implements RegularExpressionFactory {
  private static final int MAX_LENGTH = 10_000;

  private Optional<String> unknown = Optional.empty();

  /** One that was asked for and that RE2 does not know. */
  Optional<String> unknown() {
    return unknown;
  }

  @Override
  public RegularExpression getRegularExpression(String text) {
    String shown = text.substring(0, Math.min(text.length(), 100));
    if (text.length() > MAX_LENGTH) {
      unknown = Optional.of(shown);
      return _ -> true;
    }
    try {
      Pattern pattern = Pattern.compile(text);
      return value -> pattern.matcher(value).find();
    } catch (PatternSyntaxException e) {
      unknown = Optional.of(shown);
      return _ -> true;
    }
  }
}
