package io.helmgate.deployer.dispatch;

import com.google.protobuf.Message;
import io.helmgate.deployer.fault.Fault;
import io.helmgate.deployer.operation.Awaited;
import io.helmgate.deployer.operation.OperationName;
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
    return read(request, query -> reply("", useCase.apply(query), reply));
  }

  /** For a use case that is carried out by an operation. */
  static <Q, A> Reply write(
      Validation<? extends Q> request,
      Function<Q, Awaited<A>> useCase,
      Function<A, Message> response) {
    return read(
        request,
        query -> {
          var awaited = useCase.apply(query);
          var operation = awaited.operation().map(OperationName::id).orElse("");
          return reply(
              operation,
              awaited.outcome(),
              answer -> new Reply.Done(response.apply(answer), operation));
        });
  }

  private static <Q> Reply read(Validation<Q> request, Function<? super Q, Reply> use) {
    return switch (request) {
      case Validation.Invalid<Q>(var violations) -> new Reply.Failed(Fault.invalid(violations));
      case Validation.Valid<Q>(var query) -> use.apply(query);
    };
  }

  private static <A> Reply reply(String operation, Outcome<A> outcome, Function<A, Reply> reply) {
    return switch (outcome) {
      case Outcome.Success<A>(var answer) -> reply.apply(answer);
      case Outcome.Failure<A>(var reason, var message, var violations) ->
          new Reply.Failed(Fault.of(reason, message, violations), operation);
    };
  }
}
