package io.helmgate.kit.call;

import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses exactly one gzip member (RFC 1952) under a cap.
 *
 * <p>{@link java.util.zip.GZIPInputStream} reads members that follow and ignores rubbish that
 * follows; other readers stop or fail there.
 */
final class Gzip {

  private static final int HEADER = 10;
  private static final int TRAILER = 8;
  private static final int HAS_HEADER_CRC = 2;
  private static final int HAS_EXTRA = 4;
  private static final int HAS_NAME = 8;
  private static final int HAS_COMMENT = 16;
  private static final int RESERVED = 0xe0;

  private final byte[] data;
  private int at;

  private Gzip(byte[] data) {
    this.data = data;
  }

  static byte[] decompress(byte[] data, int maxBytes) throws RefusedException {
    return new Gzip(data).decompress(maxBytes);
  }

  private byte[] decompress(int maxBytes) throws RefusedException {
    skipHeader();
    try (Inflater inflater = new Inflater(true)) {
      inflater.setInput(data, at, data.length - at);
      byte[] out = new byte[Math.min(maxBytes, Math.max(512, 4 * data.length)) + 1];
      int length = 0;
      while (!inflater.finished()) {
        if (length == out.length) {
          out = Arrays.copyOf(out, (int) Math.min(maxBytes + 1L, 2L * out.length));
        }
        int count = inflater.inflate(out, length, out.length - length);
        length += count;
        if (length > maxBytes) {
          throw RefusedException.tooLarge("decompressed body", maxBytes, "bytes");
        }
        if (count == 0 && !inflater.finished()) {
          throw broken("cut off");
        }
      }
      at = data.length - inflater.getRemaining();
      checkTrailer(out, length);
      return Arrays.copyOf(out, length);
    } catch (DataFormatException e) {
      throw RefusedException.malformed("gzip: broken deflate stream", e);
    }
  }

  private void skipHeader() throws RefusedException {
    int flags = data.length < HEADER ? RESERVED : data[3];
    boolean known = (flags & RESERVED) == 0;
    if (!known || data[0] != 0x1f || data[1] != (byte) 0x8b || data[2] != 8) {
      throw broken("no gzip header");
    }
    at = HEADER;
    if ((flags & HAS_EXTRA) != 0) {
      int length = octet() | octet() << 8;
      at += length;
    }
    if ((flags & HAS_NAME) != 0) {
      skipText();
    }
    if ((flags & HAS_COMMENT) != 0) {
      skipText();
    }
    if ((flags & HAS_HEADER_CRC) != 0) {
      at += 2;
    }
    if (at > data.length) {
      throw broken("cut off");
    }
  }

  private void skipText() throws RefusedException {
    while (octet() != 0) {
      // The name and comment of a file mean nothing here.
    }
  }

  private int octet() throws RefusedException {
    if (at >= data.length) {
      throw broken("cut off");
    }
    return data[at++] & 0xff;
  }

  private void checkTrailer(byte[] out, int length) throws RefusedException {
    if (data.length - at != TRAILER) {
      throw broken("cut off, or more than one member");
    }
    CRC32 crc = new CRC32();
    crc.update(out, 0, length);
    if (number() != crc.getValue() || number() != length) {
      throw broken("wrong checksum or length");
    }
  }

  private long number() throws RefusedException {
    return octet() | octet() << 8 | octet() << 16 | (long) octet() << 24;
  }

  private static RefusedException broken(String what) {
    return RefusedException.malformed("gzip: " + what + " (expected: one complete member)");
  }
}
