package io.helmgate.kit.call;

/**
 * Bounds on what one request may make a decoder do. Both services must use the same ones.
 *
 * @param maxBodyBytes size of the body as received
 * @param maxDecompressedBytes size of a body or gRPC message once decompressed
 * @param maxJsonDepth levels of objects and arrays in a request message; above 32, a message in
 *     JSON could be too deep for protobuf, which stops at 100 levels and needs three for each level
 *     of a Struct
 * @param maxValues tokens of a JSON body, or fields of a protobuf message; each costs some
 *     microseconds and some hundred bytes by the time a policy has seen it
 * @param maxCalls calls in one GraphQL document
 * @param maxGraphqlDepth levels of selections in a GraphQL document
 * @param maxGraphqlFields selections in a GraphQL document, fragments counted at each use
 * @param maxGraphqlTokens tokens of a GraphQL document
 */
public record CallLimits(
    int maxBodyBytes,
    int maxDecompressedBytes,
    int maxJsonDepth,
    int maxValues,
    int maxCalls,
    int maxGraphqlDepth,
    int maxGraphqlFields,
    int maxGraphqlTokens) {

  private static final int MIB = 1 << 20;

  /** 1 MiB of body and of message, 32 levels and 50,000 tokens of JSON, 20 calls. */
  public static CallLimits defaults() {
    return new CallLimits(MIB, MIB, 32, 50_000, 20, 20, 1_000, 15_000);
  }
}
