package io.helmgate.deployer.dispatch;

import java.util.regex.Pattern;

/** The syntax of Kubernetes label selectors (API concepts, "Labels and selectors"). */
final class LabelSelectors {

  private static final String KEY =
      "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";
  private static final String VALUE = "([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?";
  private static final String SET = "\\( *" + VALUE + "( *, *" + VALUE + ")* *\\)";
  private static final String REQUIREMENT =
      "( *!? *"
          + KEY
          + " *"
          + "| *"
          + KEY
          + " *(=|==|!=) *"
          + VALUE
          + " *"
          + "| *"
          + KEY
          + " +(in|notin) *"
          + SET
          + " *)";

  private static final Pattern SELECTOR = Pattern.compile(REQUIREMENT + "(," + REQUIREMENT + ")*");

  private LabelSelectors() {}

  static boolean wellFormed(String selector) {
    return SELECTOR.matcher(selector).matches();
  }
}
