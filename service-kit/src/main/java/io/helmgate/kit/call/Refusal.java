package io.helmgate.kit.call;

/** Why a request is refused before any decision about it. */
public enum Refusal {
  MALFORMED(400),
  UNKNOWN_ROUTE(404),
  METHOD_NOT_ALLOWED(405),
  TOO_LARGE(413),
  UNSUPPORTED_MEDIA_TYPE(415);

  private final int httpStatus;

  Refusal(int httpStatus) {
    this.httpStatus = httpStatus;
  }

  /** The HTTP status of the reply. */
  public int httpStatus() {
    return httpStatus;
  }
}
