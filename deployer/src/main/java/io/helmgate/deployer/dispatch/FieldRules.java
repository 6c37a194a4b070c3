package io.helmgate.deployer.dispatch;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.util.Durations;
import io.helmgate.deployer.fault.FieldViolation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Checks the fields of one request and collects all violations. */
final class FieldRules {

  /** The longest text that the contract allows, in UTF-16 units. */
  private static final int MAX_TEXT = 225;

  /** The longest name that Helm gives a release. */
  private static final int MAX_RELEASE_NAME = 53;

  private static final int MAX_LABEL = 63;
  private static final int MAX_OBJECT_NAME = MAX_TEXT;

  private static final Duration MAX_TIMEOUT = Durations.fromMinutes(5);

  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");

  /** Helm's rule for release names (pkg/chartutil/validate_name.go). */
  private static final Pattern RELEASE_NAME =
      Pattern.compile(LABEL.pattern() + "(\\." + LABEL.pattern() + ")*");

  private static final Pattern CHART =
      Pattern.compile("[A-Za-z0-9][-A-Za-z0-9_.]*/[A-Za-z0-9][-A-Za-z0-9_.]*");

  private static final Pattern DATA_KEY = Pattern.compile("[-._A-Za-z0-9]+");
  private static final Pattern VERSION = Pattern.compile("v?[0-9][-0-9A-Za-z.+]*");

  private static final Pattern JSON_POINTER = Pattern.compile("(/([^/~]|~[01])*)+");
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
  private static final Pattern STATUS = Pattern.compile("[a-z]+(-[a-z]+)*");

  private static final Pattern UUID =
      Pattern.compile("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}");

  private final List<FieldViolation> violations = new ArrayList<>();

  /** The value that is built of the checked fields; built only when no rule is broken. */
  <T> Validation<T> result(Supplier<T> value) {
    return violations.isEmpty()
        ? new Validation.Valid<>(value.get())
        : new Validation.Invalid<>(List.copyOf(violations));
  }

  void violated(String field, String description) {
    violations.add(new FieldViolation(field, description));
  }

  void namespace(String field, String value) {
    if (required(field, value) && !(value.length() <= MAX_LABEL && matches(LABEL, value))) {
      violated(
          field,
          quoted(value)
              + " is no namespace name (expected: lower-case letters, digits and '-', first and"
              + " last no '-', 63 at most)");
    }
  }

  void releaseName(String field, String value) {
    if (required(field, value)
        && !(value.length() <= MAX_RELEASE_NAME && matches(RELEASE_NAME, value))) {
      violated(
          field,
          quoted(value)
              + " is no release name (expected: lower-case letters, digits, '-' and '.', first and"
              + " last a letter or digit, 53 at most)");
    }
  }

  /** The name of a Secret or ConfigMap. */
  void objectName(String field, String value) {
    if (required(field, value)
        && !(value.length() <= MAX_OBJECT_NAME && matches(RELEASE_NAME, value))) {
      violated(
          field,
          quoted(value)
              + " is no object name (expected: lower-case letters, digits, '-' and '.', 225 at"
              + " most)");
    }
  }

  /** A key within a Secret or ConfigMap. */
  void dataKey(String field, String value) {
    if (text(field, value) && !matches(DATA_KEY, value)) {
      violated(
          field, quoted(value) + " is no key (expected: letters, digits, '-', '_' and '.' only)");
    }
  }

  void chart(String field, String value) {
    if (required(field, value) && !matches(CHART, value)) {
      violated(
          field, quoted(value) + " is no chart (expected: REPO/NAME of a configured repository)");
    }
  }

  void version(String field, String value) {
    if (!value.isEmpty() && text(field, value) && !matches(VERSION, value)) {
      violated(
          field, quoted(value) + " is no chart version (expected: an exact one, such as 1.2.3)");
    }
  }

  void requestId(String field, String value) {
    if (!value.isEmpty() && !matches(UUID, value)) {
      violated(field, "is no request id (expected: a UUID)");
    }
  }

  void planDigest(String field, String value) {
    if (!matches(DIGEST, value)) {
      violated(field, "is no plan digest (expected: as a preview has given it)");
    }
  }

  void timeout(String field, Duration value) {
    timeout(field, value, MAX_TIMEOUT);
  }

  /** Whether it is one. */
  boolean timeout(String field, Duration value, Duration longest) {
    boolean ok =
        Durations.isValid(value)
            && Durations.isPositive(value)
            && Durations.compare(value, longest) <= 0;
    if (!ok) {
      violated(
          field,
          "is out of range (expected: more than 0 s, at most %d s)"
              .formatted(longest.getSeconds()));
    }
    return ok;
  }

  /** A resource name of another form than it must have. */
  void named(String field, String value, String expected) {
    if (required(field, value)) {
      violated(field, quoted(value) + " is no such name (expected: " + expected + ")");
    }
  }

  /** Whether it is one of the form that it must have. */
  boolean named(String field, String value, boolean fits, String expected) {
    if (!fits) {
      named(field, value, expected);
    }
    return fits && text(field, value);
  }

  /** One of Helm's words, of which later versions may have more. */
  void status(String field, String value) {
    if (required(field, value) && !matches(STATUS, value)) {
      violated(field, quoted(value) + " is no status (expected: such as deployed)");
    }
  }

  /** An uint32, which Java reads as negative from 2^31 on. */
  void count(String field, int value) {
    if (value < 0) {
      violated(field, "is out of range (expected: 0 to 2147483647)");
    }
  }

  void selector(String field, String value) {
    if (!value.isEmpty() && text(field, value) && !LabelSelectors.wellFormed(value)) {
      violated(
          field,
          quoted(value) + " is no label selector (expected: such as status=deployed,name!=web)");
    }
  }

  /** The reference tokens of a JSON pointer (RFC 6901) to something within. */
  List<String> jsonPointer(String field, String value) {
    if (!text(field, value) || !matches(JSON_POINTER, value)) {
      violated(field, quoted(value) + " is no JSON pointer (expected: such as /spec/replicas)");
      return List.of("");
    }
    return Stream.of(value.substring(1).split("/", -1))
        .map(token -> token.replace("~1", "/").replace("~0", "~"))
        .toList();
  }

  /** A text that may be empty. */
  boolean text(String field, String value) {
    if (value.length() > MAX_TEXT || value.chars().anyMatch(Character::isISOControl)) {
      violated(field, "is no text of at most 225 characters on one line");
      return false;
    }
    return true;
  }

  /** The fields of a response type that a request asks for. */
  void view(String field, FieldMask value, Descriptor type) {
    for (var path : value.getPathsList()) {
      if (path.length() > MAX_TEXT || !Views.isField(type, path)) {
        violated(
            field,
            quoted(path) + " is no field of the response (expected: such as release.status)");
      }
    }
  }

  /** What is too large for a list, or takes too long to find out for all. */
  void notInLists(String field, FieldMask value, String prefix) {
    for (var path : value.getPathsList()) {
      if (Stream.of("manifest", "hooks", "resources", "tests")
          .anyMatch(each -> path.equals(prefix + each) || path.startsWith(prefix + each + "."))) {
        violated(field, quoted(path) + " is in no list (expected: to get releases one by one)");
      }
    }
  }

  private boolean required(String field, String value) {
    if (value.isEmpty()) {
      violated(field, "is missing");
      return false;
    }
    return text(field, value);
  }

  private static boolean matches(Pattern pattern, String value) {
    return pattern.matcher(value).matches();
  }

  private static String quoted(String value) {
    return "\"" + (value.length() > 80 ? value.substring(0, 80) + "…" : value) + "\"";
  }
}
