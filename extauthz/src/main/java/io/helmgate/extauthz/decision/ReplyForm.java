package io.helmgate.extauthz.decision;

/** How the body of a refusal is written that this service makes up itself. */
public enum ReplyForm {
  /** Plain text, as Envoy writes it. */
  TEXT,
  /** Problem details (RFC 9457). */
  PROBLEM,
  /** The error of chart repositories and container registries. */
  REGISTRY
}
