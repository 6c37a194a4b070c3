package io.helmgate.kit.client;

import com.google.rpc.Code;

/** HTTP statuses as gRPC codes, as gRPC's own document "http-grpc-status-mapping" has them. */
public final class HttpCodes {

  private HttpCodes() {}

  public static Code code(int status) {
    return switch (status) {
      case 400 -> Code.INTERNAL;
      case 401 -> Code.UNAUTHENTICATED;
      case 403 -> Code.PERMISSION_DENIED;
      case 404 -> Code.UNIMPLEMENTED;
      case 429, 502, 503, 504 -> Code.UNAVAILABLE;
      default -> Code.UNKNOWN;
    };
  }
}
