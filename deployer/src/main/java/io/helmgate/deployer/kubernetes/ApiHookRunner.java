package io.helmgate.deployer.kubernetes;

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
import io.helmgate.deployer.yaml.NoYamlException;
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
    this.resources = api.resources();
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
    List<Running> succeeded = new ArrayList<>();
    for (HelmHook hook : due) {
      Instant started = clock.instant();
      Running running = new Running(caller, ref, hook, deadline, progress);
      Outcome<ReleaseRef> ran = running.run();
      runs.accept(states.ended(hook, ran, started, clock.instant()));
      if (ran instanceof Outcome.Failure<ReleaseRef>(Reason reason, String message, var _)) {
        running.clean("hook-failed");
        succeeded.forEach(each -> each.clean("hook-succeeded"));
        return Outcome.failure(
            reason, "release " + ref + ": " + event + " hook " + hook.name() + ": " + message);
      }
      succeeded.add(running);
    }
    succeeded.reversed().forEach(each -> each.clean("hook-succeeded"));
    return Outcome.success(ref);
  }

  /** One hook on its way. */
  private final class Running {
    private final Caller caller;
    private final ReleaseRef ref;
    private final HelmHook hook;
    private final Instant deadline;
    private final Progress progress;

    /** By the names that they have on the cluster. */
    private final List<ManifestObject> created = new ArrayList<>();

    Running(Caller caller, ReleaseRef ref, HelmHook hook, Instant deadline, Progress progress) {
      this.caller = caller;
      this.ref = ref;
      this.hook = hook;
      this.deadline = deadline;
      this.progress = progress;
    }

    Outcome<ReleaseRef> run() {
      return progress
          .stopped()
          .<Outcome<List<ManifestObject>>>map(why -> Outcome.failure(why.reason(), why.message()))
          .orElseGet(this::objects)
          .flatMap(objects -> prepare(objects).flatMap(_ -> each(objects, this::create)))
          .flatMap(_ -> each(created, this::completed));
    }

    private Outcome<List<ManifestObject>> objects() {
      try {
        return Outcome.success(ManifestObject.parse(hook.manifest(), ref.namespace()));
      } catch (NoYamlException e) {
        log.warn("The hook {} of release {} is no YAML", hook.name(), ref, e);
        return Outcome.failure(Reason.FAILED_PRECONDITION, "is no YAML");
      }
    }

    /**
     * Helm's default policy is to delete what an earlier run left behind. What has its name of the
     * API server ({@code generateName}) cannot be found again.
     */
    private Outcome<ReleaseRef> prepare(List<ManifestObject> objects) {
      List<String> policies = hook.deletePolicies();
      return policies.isEmpty() || policies.contains(BEFORE_CREATION)
          ? remove(objects.stream().filter(object -> !object.name().isEmpty()).toList())
          : Outcome.success(ref);
    }

    /** What stays behind does no harm to the release, so that it is only logged. */
    void clean(String policy) {
      if (hook.deletePolicies().contains(policy)
          && remove(created)
              instanceof Outcome.Failure<ReleaseRef>(Reason _, String message, var _)) {
        log.warn("The hook {} of release {} is left behind: {}", hook.name(), ref, message);
      }
    }

    private Outcome<ReleaseRef> remove(List<ManifestObject> objects) {
      return hook.kind().equals("CustomResourceDefinition")
          ? Outcome.success(ref)
          : each(
              objects,
              object ->
                  resources
                      .path(caller, object)
                      .flatMap(
                          path ->
                              api.delete(caller, path.path())
                                  .flatMap(_ -> gone(object, path))
                                  .recover(Reason.NOT_FOUND, new Ready())));
    }

    private Outcome<Ready> gone(ManifestObject object, ObjectPath path) {
      return wait.until(
          caller,
          List.of(path),
          deadline,
          progress,
          () ->
              api.get(caller, path.path())
                  .<Readiness>map(_ -> new NotYet(object.label() + ": still being deleted"))
                  .recover(Reason.NOT_FOUND, new Ready()));
    }

    /** The text goes to the API server as it is, which reads YAML as Helm does. */
    private Outcome<ManifestObject> create(ManifestObject object) {
      return resources
          .of(caller, object)
          .flatMap(resource -> api.createFromYaml(caller, resource.path(), hook.manifest()))
          .map(
              there -> {
                var named = object.named(there.path("metadata").path("name").asText());
                created.add(named);
                return named;
              });
    }

    private Outcome<Ready> completed(ManifestObject object) {
      boolean runs = object.kind().equals("Job") || object.kind().equals("Pod");
      return runs
          ? resources
              .path(caller, object)
              .flatMap(
                  path ->
                      wait.until(
                          caller,
                          List.of(path),
                          deadline,
                          progress,
                          () -> ReadinessWait.check(object, () -> end(path))))
          : Outcome.success(new Ready());
    }

    /** For Helm too, a hook that somebody deleted has come to its end. */
    private Outcome<Readiness> end(ObjectPath path) {
      return api.get(caller, path.path())
          .map(ReadinessRules::completed)
          .recover(Reason.NOT_FOUND, new Ready());
    }

    private Outcome<ReleaseRef> each(
        List<ManifestObject> objects, Function<ManifestObject, Outcome<?>> step) {
      Outcome<ReleaseRef> done = Outcome.success(ref);
      for (ManifestObject object : objects) {
        done = done.flatMap(_ -> step.apply(object).map(_ -> ref));
      }
      return done;
    }
  }
}
