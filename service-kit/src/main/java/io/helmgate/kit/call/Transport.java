package io.helmgate.kit.call;

/** How a call was made. */
public enum Transport {
  GRPC,
  GRPC_WEB,
  REST,
  GRAPHQL
}
