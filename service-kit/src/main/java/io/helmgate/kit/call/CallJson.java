package io.helmgate.kit.call;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;

/** Writes calls as policies read them. */
public final class CallJson {

  private CallJson() {}

  /**
   * The request as compact proto JSON: lowerCamelCase names, default values left out, map keys in
   * order. A valid JSON object on one line.
   *
   * @param call a call from {@link CallDecoder}
   */
  public static String request(Call call) {
    try {
      return JsonFormat.printer()
          .omittingInsignificantWhitespace()
          .sortingMapKeys()
          .print(call.request());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(call.method() + ": request that JSON cannot carry", e);
    }
  }
}
