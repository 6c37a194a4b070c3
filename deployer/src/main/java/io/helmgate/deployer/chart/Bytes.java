package io.helmgate.deployer.chart;

/** Bytes, which a record component may not be. */
final class Bytes {
  private final byte[] value;

  Bytes(byte[] value) {
    this.value = value;
  }

  byte[] value() {
    return value;
  }
}
