package io.helmgate.deployer.dispatch;

import com.google.protobuf.Message;
import io.helmgate.deployer.fault.Fault;
import io.helmgate.deployer.release.Outcome;
import java.util.function.Function;

/** From a request that was read to a reply. */
final class UseCases {

  private UseCases() {}

  static <Q, A> Reply run(
      Validation<Q> request, Function<Q, Outcome<A>> useCase, Function<A, Message> response) {
    return reply(request, useCase, answer -> new Reply.Done(response.apply(answer)));
  }

  static <Q, A> Reply reply(
      Validation<Q> request, Function<Q, Outcome<A>> useCase, Function<A, Reply> reply) {
    return switch (request) {
      case Validation.Invalid<Q>(var violations) -> new Reply.Failed(Fault.invalid(violations));
      case Validation.Valid<Q>(var query) ->
          switch (useCase.apply(query)) {
            case Outcome.Success<A>(var answer) -> reply.apply(answer);
            case Outcome.Failure<A>(var reason, var message, var violations) ->
                new Reply.Failed(Fault.of(reason, message, violations));
          };
    };
  }
}
