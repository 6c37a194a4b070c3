package io.helmgate.extauthz.decision;

/** Envoy's attribute context of a request, in protojson form. */
@FunctionalInterface
public interface Attributes {

  /**
   * Writes it.
   *
   * @param wanted which parts are needed; more may be written
   */
  String json(Selection wanted);
}
