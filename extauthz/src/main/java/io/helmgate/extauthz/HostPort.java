package io.helmgate.extauthz;

/**
 * An address in the configuration, such as {@code 127.0.0.1:9001} or {@code [::1]:9001}.
 *
 * @param host without the brackets of an IPv6 address
 */
record HostPort(String host, int port) {

  /** Reads an address whose form the schema has checked. */
  static HostPort of(String address) {
    int colon = address.lastIndexOf(':');
    return new HostPort(
        address.substring(0, colon).replaceAll("^\\[|]$", ""),
        Integer.parseInt(address.substring(colon + 1)));
  }
}
