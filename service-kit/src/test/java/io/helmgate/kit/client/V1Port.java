package io.helmgate.kit.client;

import io.grpc.Channel;
import io.helmgate.kit.call.Call;
import io.helmgate.kit.call.HttpCallRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Map;

/** Where the API is served, and what a caller must send with each request there. */
public interface V1Port {

  Channel channel();

  HttpClient http();

  URI url(String path);

  /** Headers that authorise a call by gRPC. */
  Map<String, String> authorization(Call call);

  /** Headers that authorise an HTTP request. */
  Map<String, String> authorization(HttpCallRequest request);
}
