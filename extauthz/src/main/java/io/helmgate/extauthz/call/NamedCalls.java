package io.helmgate.extauthz.call;

import io.helmgate.extauthz.decision.AuthRequest;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a gRPC call's name from its path and leaves the body alone, so that streams work. */
public final class NamedCalls implements CallReader {

  private static final Pattern GRPC_PATH = Pattern.compile("/([A-Za-z0-9_.]+)/([A-Za-z0-9_]+)");

  @Override
  public ApiCalls read(AuthRequest request) {
    if (request.body().truncated()) {
      return new ApiCalls.Truncated(ReplyStyle.of(request));
    }
    Matcher path = GRPC_PATH.matcher(request.line().path());
    if (!request.grpc() || !path.matches()) {
      return ApiCalls.Known.of(List.of(), Optional.empty());
    }
    ApiCall call = new ApiCall(path.group(1), request.line().path(), "{}", 0, 1);
    return ApiCalls.Known.of(List.of(call), Optional.empty());
  }
}
