package io.helmgate.deployer.api;

import io.grpc.ManagedChannel;
import io.helmgate.kit.call.Call;
import io.helmgate.kit.call.CallDecoder;
import io.helmgate.kit.call.CallLimits;
import io.helmgate.kit.call.CallSchema;
import io.helmgate.kit.call.Decoding;
import io.helmgate.kit.call.HttpCallRequest;
import io.helmgate.kit.client.V1Port;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;

/** A deployer's port, where each call needs an assertion for it, as extauthz gives it. */
interface ApiPort extends V1Port {

  CallDecoder DECODER = new CallDecoder(CallSchema.helmgate(), CallLimits.defaults());

  @Override
  ManagedChannel channel();

  TestAssertions assertions();

  @Override
  default Map<String, String> authorization(Call call) {
    return ApiClient.headers(assertions().forCalls(List.of(call)));
  }

  @Override
  default Map<String, String> authorization(HttpCallRequest request) {
    // What extauthz cannot read it does not assert; the deployer must refuse it by itself.
    return ApiClient.headers(
        DECODER.decode(request) instanceof Decoding.Decoded decoded
            ? assertions().forCalls(decoded.calls())
            : assertions().unbound());
  }

  /** The same port for another caller. */
  default ApiPort as(String user, String... groups) {
    var same = this;
    var other = assertions().as(user, groups);
    return new ApiPort() {
      @Override
      public ManagedChannel channel() {
        return same.channel();
      }

      @Override
      public HttpClient http() {
        return same.http();
      }

      @Override
      public URI url(String path) {
        return same.url(path);
      }

      @Override
      public TestAssertions assertions() {
        return other;
      }
    };
  }
}
