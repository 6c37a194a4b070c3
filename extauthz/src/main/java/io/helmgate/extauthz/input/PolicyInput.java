package io.helmgate.extauthz.input;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.helmgate.extauthz.call.ApiCall;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Selection;
import io.helmgate.extauthz.token.Authentication;
import java.util.Optional;

/** A request that can be put to a policy. */
public final class PolicyInput {

  private final Facts facts;
  private final RequestTarget target;
  private final JsonNode body;

  private PolicyInput(Facts facts, RequestTarget target, JsonNode body) {
    this.facts = facts;
    this.target = target;
    this.body = body;
  }

  /** All that documents are made of. */
  private record Facts(
      AuthRequest request, String profile, Authentication caller, Optional<String> decodeError) {

    Reading read() {
      Optional<RequestTarget> target = RequestTarget.parse(request.line().path());
      if (target.isEmpty()) {
        return new Reading.Unreadable("path: percent-encoding is broken", false);
      }
      Optional<JsonNode> body =
          decodeError.isPresent() ? Optional.of(NullNode.getInstance()) : ParsedBody.of(request);
      return body.isEmpty()
          ? new Reading.Unreadable("body: not of the form that its content-type says", true)
          : new Reading.Read(new PolicyInput(this, target.get(), body.get()));
    }
  }

  /** What came of reading a request. */
  public sealed interface Reading {
    /** The request can be put to a policy. */
    record Read(PolicyInput input) implements Reading {}

    /**
     * It cannot.
     *
     * @param message what is wrong, fit for the client
     * @param body whether it is the body; a path that nobody can read is no policy's concern
     */
    record Unreadable(String message, boolean body) implements Reading {}
  }

  /**
   * Reads a request.
   *
   * @param profile name of the profile
   * @param caller authenticated or anonymous
   * @param decodeError why the body is not read
   */
  public static Reading of(
      AuthRequest request, String profile, Authentication caller, Optional<String> decodeError) {
    return new Facts(request, profile, caller, decodeError).read();
  }

  /**
   * The document that a policy sees, JSON in UTF-8.
   *
   * @param call one of the request's calls; empty when it makes none that is known
   * @param wanted which parts are needed; more may be written
   */
  public byte[] json(Optional<ApiCall> call, Selection wanted) {
    InputWriter writer = new InputWriter(wanted);
    writer.text("profile", facts.profile());
    writer.caller(facts.caller());
    writer.request(facts.request(), target);
    facts.decodeError().ifPresent(error -> writer.text("decode_error", error));
    writer.body(body, call, facts.request().grpc());
    call.ifPresent(writer::call);
    return writer.end();
  }

  /** The same, to be written later: it does not hold what was read of the request. */
  public InputDocument document(Optional<ApiCall> call) {
    return new Unwritten(facts, call);
  }

  private record Unwritten(Facts facts, Optional<ApiCall> asked) implements InputDocument {

    @Override
    public byte[] json(Selection wanted) {
      return switch (facts.read()) {
        case Reading.Read(PolicyInput input) -> input.json(asked, wanted);
        case Reading.Unreadable(String message, boolean ignored) ->
            throw new IllegalStateException("a request that was read before: " + message);
      };
    }

    @Override
    public boolean call() {
      return asked.isPresent();
    }

    @Override
    public long weight() {
      return asked.map(one -> (long) one.requestJson().length()).orElse(0L);
    }
  }
}
