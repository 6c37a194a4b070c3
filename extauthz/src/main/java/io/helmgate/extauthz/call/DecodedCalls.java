package io.helmgate.extauthz.call;

import com.google.protobuf.ByteString;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.kit.call.Call;
import io.helmgate.kit.call.CallDecoder;
import io.helmgate.kit.call.CallDigest;
import io.helmgate.kit.call.CallJson;
import io.helmgate.kit.call.Decoding;
import io.helmgate.kit.call.HttpCallRequest;
import java.util.Locale;
import java.util.Optional;

/** Decodes every request, for a profile whose upstream executes exactly what was decoded. */
public final class DecodedCalls implements CallReader {

  private final CallDecoder decoder;

  public DecodedCalls(CallDecoder decoder) {
    this.decoder = decoder;
  }

  @Override
  public ApiCalls read(AuthRequest request) {
    HttpCallRequest http =
        new HttpCallRequest(
            request.line().method().toUpperCase(Locale.ROOT),
            request.line().path(),
            request.headers(),
            ByteString.copyFrom(request.body().bytes()));
    if (request.body().truncated()) {
      return decoder
          .decodeBeginning(http)
          .map(decoding -> calls(decoding, request))
          .orElseGet(() -> new ApiCalls.Truncated(ReplyStyle.of(request)));
    }
    return calls(decoder.decode(http), request);
  }

  private static ApiCalls calls(Decoding decoding, AuthRequest request) {
    return switch (decoding) {
      case Decoding.Refused refused ->
          new ApiCalls.Refused(
              refused.reason().httpStatus(), refused.message(), ReplyStyle.of(request));
      case Decoding.Decoded decoded ->
          ApiCalls.Known.of(
              decoded.calls().stream().map(DecodedCalls::apiCall).toList(),
              Optional.of(CallDigest.of(decoded.calls())));
    };
  }

  private static ApiCall apiCall(Call call) {
    return new ApiCall(
        call.service(), call.method(), CallJson.request(call), call.index(), call.count());
  }
}
