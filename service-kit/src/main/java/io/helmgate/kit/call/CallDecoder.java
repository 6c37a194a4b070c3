package io.helmgate.kit.call;

import java.util.Optional;

/**
 * Decodes requests by one closed table of method, path, content type and content coding.
 *
 * <p>Pure and thread-safe; never throws on a request, whatever is in it.
 */
public final class CallDecoder {

  private final CallSchema schema;
  private final CallLimits limits;
  private final GrpcRequests grpc;
  private final RestRequests rest;
  private final Optional<GraphqlRequests> graphql;
  private final OpenapiRequests openapi;

  public CallDecoder(CallSchema schema, CallLimits limits) {
    this.schema = schema;
    this.limits = limits;
    JsonMessages messages = new JsonMessages(schema.types(), limits.maxJsonDepth());
    this.grpc = new GrpcRequests(limits);
    JsonBody json = new JsonBody(limits, limits.maxJsonDepth());
    this.rest = new RestRequests(schema.types(), messages, json);
    this.openapi = new OpenapiRequests(json);
    this.graphql = schema.graphql().map(roots -> new GraphqlRequests(roots, messages, limits));
  }

  /** The calls that the request makes, or why it must not be executed. */
  public Decoding decode(HttpCallRequest request) {
    try {
      return decoded(request);
    } catch (RefusedException e) {
      return e.refused();
    }
  }

  /**
   * Decodes a request of whose body only the beginning is known.
   *
   * @return empty unless it is a client stream, whose call is its first message
   */
  public Optional<Decoding> decodeBeginning(HttpCallRequest request) {
    try {
      RequestTarget target = RequestTarget.parse(request.path());
      return schema.rpc(target.path()).filter(Rpc::clientStreaming).isEmpty()
          ? Optional.empty()
          : Optional.of(decoded(request));
    } catch (RefusedException e) {
      return Optional.of(e.refused());
    }
  }

  private Decoding decoded(HttpCallRequest request) throws RefusedException {
    RequestTarget target = RequestTarget.parse(request.path());
    if (request.body().size() > limits.maxBodyBytes()) {
      throw RefusedException.tooLarge("body", limits.maxBodyBytes(), "bytes");
    }
    if (graphql.isPresent() && target.path().equals(GraphqlRequests.PATH)) {
      return graphql.get().decode(target, request);
    }
    if (schema.isDescribed() && target.path().equals(OpenapiRequests.PATH)) {
      return openapi.decode(target, request);
    }
    var rpc = schema.rpc(target.path());
    return rpc.isPresent()
        ? grpc.decode(rpc.get(), target, request)
        : rest.decode(schema.routes().find(request.method(), target), target, request);
  }
}
