package io.helmgate.e2e.browser;

import java.net.URI;

/**
 * A request that a document or a worker sent.
 *
 * @param initiator origin of who sent it
 */
public record SentRequest(String initiator, String method, URI url) {

  /** Where it went, RFC 6454. */
  public String origin() {
    return url.getScheme() + "://" + url.getRawAuthority();
  }
}
