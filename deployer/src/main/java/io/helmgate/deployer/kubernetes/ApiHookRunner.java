package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.deployer.kubernetes.Readiness.NotYet;
import io.helmgate.deployer.kubernetes.Readiness.Ready;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.HelmHook;
import io.helmgate.deployer.release.HookRun;
import io.helmgate.deployer.release.HookRunner;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Progress;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs hooks as Helm's pkg/action/hooks.go does, but never beyond a deadline. */
public final class ApiHookRunner implements HookRunner {
  private static final Logger log = LoggerFactory.getLogger(ApiHookRunner.class);
  private static final String BEFORE_CREATION = "before-hook-creation";

  private final KubernetesApi api;
  private final ApiResources resources;
  private final ReadinessWait wait;
  private final Clock clock;

  public ApiHookRunner(KubernetesApi api, ReadinessWait wait, Clock clock) {
    this.api = api;
    this.resources = new ApiResources(api);
    this.wait = wait;
    this.clock = clock;
  }

  @Override
  public Outcome<ReleaseRef> run(
      Caller caller,
      ReleaseRef ref,
      List<HelmHook> hooks,
      String event,
      Instant deadline,
      Progress progress,
      Consumer<HookRun> runs) {
    List<HelmHook> due =
        hooks.stream()
            .filter(hook -> hook.events().contains(event))
            .sorted(Comparator.comparingInt(HelmHook::weight).thenComparing(HelmHook::name))
            .toList();
    HookStates states = new HookStates(due, ref, progress);
    List<HelmHook> succeeded = new ArrayList<>();
    for (HelmHook hook : due) {
      Instant started = clock.instant();
      Outcome<ReleaseRef> ran =
          prepare(caller, ref, hook, deadline)
              .flatMap(_ -> each(ref, hook, object -> create(caller, hook, object)))
              .flatMap(
                  _ -> each(ref, hook, object -> completed(caller, object, deadline, progress)));
      runs.accept(states.ended(hook, ran, started, clock.instant()));
      if (ran instanceof Outcome.Failure<ReleaseRef>(Reason reason, String message, var _)) {
        clean(caller, ref, List.of(hook), "hook-failed", deadline);
        clean(caller, ref, succeeded, "hook-succeeded", deadline);
        return Outcome.failure(
            reason, "release " + ref + ": " + event + " hook " + hook.name() + ": " + message);
      }
      succeeded.add(hook);
    }
    clean(caller, ref, succeeded.reversed(), "hook-succeeded", deadline);
    return Outcome.success(ref);
  }

  /** Helm's default policy is to delete what an earlier run left behind. */
  private Outcome<ReleaseRef> prepare(
      Caller caller, ReleaseRef ref, HelmHook hook, Instant deadline) {
    List<String> policies = hook.deletePolicies();
    return policies.isEmpty() || policies.contains(BEFORE_CREATION)
        ? remove(caller, ref, hook, deadline)
        : Outcome.success(ref);
  }

  /** What stays behind does no harm to the release, so that it is only logged. */
  private void clean(
      Caller caller, ReleaseRef ref, List<HelmHook> hooks, String policy, Instant deadline) {
    for (HelmHook hook : hooks) {
      if (hook.deletePolicies().contains(policy)
          && remove(caller, ref, hook, deadline)
              instanceof Outcome.Failure<ReleaseRef>(Reason _, String message, var _)) {
        log.warn("The hook {} of release {} is left behind: {}", hook.name(), ref, message);
      }
    }
  }

  private Outcome<ReleaseRef> remove(
      Caller caller, ReleaseRef ref, HelmHook hook, Instant deadline) {
    if (hook.kind().equals("CustomResourceDefinition")) {
      return Outcome.success(ref);
    }
    return each(
        ref,
        hook,
        object ->
            resources
                .collection(caller, object)
                .map(collection -> new ObjectPath(collection, object.name()))
                .flatMap(
                    path ->
                        api.delete(caller, path.path())
                            .flatMap(_ -> gone(caller, object, path, deadline))
                            .recover(Reason.NOT_FOUND, new Ready())));
  }

  private Outcome<Ready> gone(
      Caller caller, ManifestObject object, ObjectPath path, Instant deadline) {
    return wait.until(
        caller,
        List.of(path),
        deadline,
        Progress.UNWATCHED,
        () ->
            api.get(caller, path.path())
                .<Readiness>map(_ -> new NotYet(object.label() + ": still being deleted"))
                .recover(Reason.NOT_FOUND, new Ready()));
  }

  /** The text goes to the API server as it is, which reads YAML as Helm does. */
  private Outcome<JsonNode> create(Caller caller, HelmHook hook, ManifestObject object) {
    return resources
        .collection(caller, object)
        .flatMap(collection -> api.createFromYaml(caller, collection, hook.manifest()));
  }

  private Outcome<Ready> completed(
      Caller caller, ManifestObject object, Instant deadline, Progress progress) {
    boolean runs = object.kind().equals("Job") || object.kind().equals("Pod");
    if (!runs) {
      return Outcome.success(new Ready());
    }
    return resources
        .collection(caller, object)
        .map(collection -> new ObjectPath(collection, object.name()))
        .flatMap(
            path ->
                wait.until(
                    caller,
                    List.of(path),
                    deadline,
                    progress,
                    () -> ReadinessWait.check(object, () -> end(caller, path.path()))));
  }

  /** For Helm too, a hook that somebody deleted has come to its end. */
  private Outcome<Readiness> end(Caller caller, String path) {
    return api.get(caller, path)
        .map(ReadinessRules::completed)
        .recover(Reason.NOT_FOUND, new Ready());
  }

  private static Outcome<ReleaseRef> each(
      ReleaseRef ref, HelmHook hook, Function<ManifestObject, Outcome<?>> step) {
    List<ManifestObject> objects;
    try {
      objects = ManifestObject.parse(hook.manifest(), ref.namespace());
    } catch (IOException e) {
      log.warn("The hook {} of release {} is no YAML", hook.name(), ref, e);
      return Outcome.failure(Reason.FAILED_PRECONDITION, "is no YAML");
    }
    Outcome<ReleaseRef> done = Outcome.success(ref);
    for (ManifestObject object : objects) {
      done = done.flatMap(_ -> step.apply(object).map(_ -> ref));
    }
    return done;
  }
}
