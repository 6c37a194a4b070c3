package io.helmgate.deployer.gate;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.helmgate.deployer.dispatch.CallOrigin;
import io.helmgate.kit.call.Call;
import io.helmgate.kit.call.GraphqlRequest;
import io.netty.util.AttributeKey;
import java.util.List;
import java.util.Optional;

/**
 * A request that passed the gate. The transports execute these calls and no others.
 *
 * @param calls in document order, at least one
 * @param graphql the document that makes them; empty on other transports
 */
public record AuthorizedRequest(
    CallOrigin origin, List<Call> calls, Optional<GraphqlRequest> graphql) {

  private static final AttributeKey<AuthorizedRequest> KEY =
      AttributeKey.valueOf(AuthorizedRequest.class, "AUTHORIZED");

  public AuthorizedRequest {
    calls = List.copyOf(calls);
  }

  /**
   * What the gate said about the request of a context.
   *
   * @throws IllegalStateException when the request did not pass the gate
   */
  public static AuthorizedRequest of(ServiceRequestContext context) {
    var authorized = context.attr(KEY);
    if (authorized == null) {
      throw new IllegalStateException("the request did not pass the gate: " + context.path());
    }
    return authorized;
  }

  void attachTo(ServiceRequestContext context) {
    context.setAttr(KEY, this);
  }

  /**
   * The only call of a request whose transport allows one.
   *
   * @throws IllegalStateException when there are more
   */
  public Call onlyCall() {
    if (calls.size() != 1) {
      throw new IllegalStateException("one call is expected, there are " + calls.size());
    }
    return calls.getFirst();
  }
}
