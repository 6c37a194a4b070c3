package io.helmgate.e2e;

import io.grpc.Channel;
import io.helmgate.kit.call.Call;
import io.helmgate.kit.call.HttpCallRequest;
import io.helmgate.kit.client.V1Port;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Map;
import java.util.function.Supplier;

/** Envoy, where a caller's token is all that a request needs. */
record EnvoyPort(Channel channel, HttpClient http, URI base, Supplier<String> token)
    implements V1Port {

  @Override
  public URI url(String path) {
    return URI.create(base + path);
  }

  @Override
  public Map<String, String> authorization(Call call) {
    return bearer();
  }

  @Override
  public Map<String, String> authorization(HttpCallRequest request) {
    return bearer();
  }

  private Map<String, String> bearer() {
    return Map.of("authorization", "Bearer " + token.get());
  }
}
