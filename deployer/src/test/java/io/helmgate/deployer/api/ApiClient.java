package io.helmgate.deployer.api;

import com.google.protobuf.Message;
import io.helmgate.kit.call.Call;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Calls the API by one transport, with whatever assertion a test wants. */
interface ApiClient {

  /**
   * Makes a call.
   *
   * @param assertion gives the value of the assertion header for the calls that are made; an empty
   *     text sends none
   */
  Answer call(String rpc, Message request, Function<List<Call>, String> assertion);

  /** The calls that the request of a call makes. */
  static List<Call> calls(String rpc, Message request) {
    return List.of(
        new Call(
            "helmgate.HelmProxyService", "/helmgate.HelmProxyService/" + rpc, request, "", 0, 1));
  }

  static Map<String, String> headers(String assertion) {
    return assertion.isEmpty()
        ? Map.of("x-request-id", "request-1")
        : Map.of("x-request-id", "request-1", "x-helmgate-assertion", assertion);
  }
}
