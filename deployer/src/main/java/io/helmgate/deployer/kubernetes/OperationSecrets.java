package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.helmgate.deployer.kubernetes.ServiceApi.Kind;
import io.helmgate.deployer.operation.Operation;
import io.helmgate.deployer.operation.OperationName;
import io.helmgate.deployer.operation.OperationStore;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Operations as Secrets of the service's own namespace: type {@code helmgate.io/operation}. */
public final class OperationSecrets implements OperationStore {
  private static final Logger log = LoggerFactory.getLogger(OperationSecrets.class);
  private static final String STATE = "helmgate.io/state";
  private static final String OPERATION = "operation";
  private static final String NAMESPACE = "helmgate.io/namespace";
  private static final String RELEASE = "helmgate.io/release";
  private static final String DONE = "helmgate.io/done";
  private static final String ENDED = "helmgate.io/ended";
  private static final String PREFIX = "operation-";
  private static final String ALL = STATE + "=" + OPERATION;
  private static final int ATTEMPTS = 20;
  private static final Duration BETWEEN_WATCHES = Duration.ofSeconds(1);

  private final ServiceApi api;
  private final Pause pause;
  private final ObjectMapper mapper = new ObjectMapper();

  /** As this replica has written them last, so that their next change needs no look before it. */
  private final Cache<OperationName, ObjectNode> written =
      Caffeine.newBuilder().maximumSize(1000).expireAfterWrite(Duration.ofMinutes(5)).build();

  public OperationSecrets(ServiceApi api, Pause pause) {
    this.api = api;
    this.pause = pause;
  }

  @Override
  public Outcome<Operation> create(Operation operation) {
    var secret = JsonNodeFactory.instance.objectNode();
    secret.put("apiVersion", "v1").put("kind", "Secret").put("type", "helmgate.io/operation");
    secret
        .withObject("/metadata")
        .put("name", PREFIX + operation.name().id())
        .put("namespace", api.namespace());
    secret
        .withObject("/metadata/labels")
        .put("app.kubernetes.io/managed-by", "helmgate")
        .put(STATE, OPERATION)
        .put(NAMESPACE, operation.name().release().namespace())
        .put(RELEASE, operation.name().release().name())
        .put(DONE, "false");
    return api.create(Kind.SECRETS, with(secret, operation)).map(made -> wrote(operation, made));
  }

  @Override
  public Outcome<Operation> get(OperationName name) {
    return read(name).flatMap(secret -> operation(name, secret));
  }

  @Override
  public Outcome<Operation> update(
      OperationName name, Function<Operation, Outcome<Operation>> change) {
    var known = written.getIfPresent(name);
    if (known != null
        && changed(name, known, change) instanceof Outcome.Success<Attempt>(Attempt attempt)
        && attempt.written()
        && attempt.result() instanceof Outcome.Success<Operation> done) {
      return done;
    }
    Outcome<Operation> changed = Outcome.failure(Reason.ABORTED, "never tried");
    for (int attempt = 0; attempt < ATTEMPTS && conflict(changed); attempt++) {
      var tried = read(name).flatMap(secret -> changed(name, secret, change));
      if (tried instanceof Outcome.Failure<Attempt>(Reason reason, String message, var _)) {
        return Outcome.failure(reason, message);
      }
      changed = tried.flatMap(Attempt::result);
    }
    return changed;
  }

  /**
   * A change that was allowed, and what came of it.
   *
   * @param written whether there was anything to change
   */
  private record Attempt(boolean written, Outcome<Operation> result) {}

  private Outcome<Attempt> changed(
      OperationName name, ObjectNode secret, Function<Operation, Outcome<Operation>> change) {
    return operation(name, secret)
        .flatMap(
            before ->
                change
                    .apply(before)
                    .map(
                        after ->
                            after.equals(before)
                                ? new Attempt(false, Outcome.success(before))
                                : new Attempt(
                                    true,
                                    api.replace(Kind.SECRETS, with(secret, after))
                                        .map(made -> wrote(after, made)))));
  }

  private Operation wrote(Operation operation, JsonNode secret) {
    if (operation.done()) {
      written.invalidate(operation.name());
    } else {
      written.put(operation.name(), (ObjectNode) secret);
    }
    return operation;
  }

  private static boolean conflict(Outcome<Operation> outcome) {
    return outcome instanceof Outcome.Failure<Operation>(Reason reason, String _, var _)
        && reason == Reason.ABORTED;
  }

  @Override
  public Outcome<List<Operation>> list(Optional<String> namespace, Optional<String> release) {
    var selector =
        ALL
            + namespace.map(name -> "," + NAMESPACE + "=" + name).orElse("")
            + release.map(name -> "," + RELEASE + "=" + name).orElse("");
    return api.list(Kind.SECRETS, selector, false)
        .map(
            secrets -> {
              List<Operation> found = new ArrayList<>();
              secrets.forEach(secret -> readable(secret).ifPresent(found::add));
              return found;
            });
  }

  @Override
  public Outcome<List<Ended>> ended() {
    return api.list(Kind.SECRETS, ALL + "," + DONE + "=true", true)
        .map(
            secrets ->
                secrets.stream()
                    .map(secret -> secret.path("metadata"))
                    .map(
                        metadata ->
                            new Ended(
                                new OperationName(
                                    new ReleaseRef(
                                        metadata.path("labels").path(NAMESPACE).asText(),
                                        metadata.path("labels").path(RELEASE).asText()),
                                    metadata.path("name").asText().substring(PREFIX.length())),
                                Instant.parse(metadata.path("annotations").path(ENDED).asText())))
                    .toList());
  }

  @Override
  public Outcome<OperationName> delete(OperationName name) {
    return read(name).flatMap(secret -> api.delete(Kind.SECRETS, secret)).map(_ -> name);
  }

  @Override
  public AutoCloseable follow(Consumer<Operation> listener) {
    var watching = api.watch(Kind.SECRETS, ALL);
    var thread = Thread.ofVirtual().name("operations").start(() -> follow(watching, listener));
    return () -> {
      watching.close();
      thread.interrupt();
      thread.join();
    };
  }

  private void follow(ServiceApi.Watching watching, Consumer<Operation> listener) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        watching.run(secret -> readable(secret).ifPresent(operation -> tell(operation, listener)));
        pause.pause(BETWEEN_WATCHES);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A listener that fails must not end what all others hear. */
  private static void tell(Operation operation, Consumer<Operation> listener) {
    try {
      listener.accept(operation);
    } catch (RuntimeException e) {
      log.error("Operation {}: a change of it was not taken note of", operation.name(), e);
    }
  }

  private Outcome<ObjectNode> read(OperationName name) {
    return switch (api.get(Kind.SECRETS, PREFIX + name.id())) {
      case Outcome.Success<JsonNode>(JsonNode secret) -> Outcome.success((ObjectNode) secret);
      case Outcome.Failure<JsonNode>(Reason reason, String message, var _) ->
          reason == Reason.NOT_FOUND ? unknown(name) : Outcome.failure(reason, message);
    };
  }

  private Outcome<Operation> operation(OperationName name, JsonNode secret) {
    return readable(secret)
        .filter(operation -> operation.name().equals(name))
        .map(Outcome::success)
        .orElseGet(() -> unknown(name));
  }

  private static <T> Outcome<T> unknown(OperationName name) {
    return Outcome.failure(
        Reason.NOT_FOUND,
        "release " + name.release() + ": no operation " + name.id() + ", or no longer kept");
  }

  private Optional<Operation> readable(JsonNode secret) {
    try {
      var data = Base64.getDecoder().decode(secret.path("data").path(OPERATION).asText());
      return Optional.of(OperationCodec.read(mapper.readTree(data)));
    } catch (IOException | RuntimeException e) {
      log.warn("{} holds no operation", secret.path("metadata").path("name").asText(), e);
      return Optional.empty();
    }
  }

  private ObjectNode with(ObjectNode secret, Operation operation) {
    var changed = secret.deepCopy();
    try {
      changed
          .withObject("/data")
          .put(
              OPERATION,
              Base64.getEncoder()
                  .encodeToString(mapper.writeValueAsBytes(OperationCodec.write(operation))));
    } catch (IOException e) {
      throw new IllegalStateException("every operation is JSON", e);
    }
    if (operation.done()) {
      changed.withObject("/metadata/labels").put(DONE, "true");
      changed.withObject("/metadata/annotations").put(ENDED, operation.updated().toString());
    }
    return changed;
  }
}
