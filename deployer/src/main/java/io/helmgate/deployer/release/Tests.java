package io.helmgate.deployer.release;

import io.helmgate.deployer.values.Masks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Runs the tests of releases, which are hooks that nothing else runs. */
final class Tests {
  private final ReleaseStore store;
  private final HookRunner hooks;
  private final Rehearsal rehearsal;
  private final Masks masks;

  Tests(ReleasePorts ports) {
    this.store = ports.store();
    this.hooks = ports.hooks();
    this.rehearsal = ports.rehearsal();
    this.masks = ports.masks();
  }

  Outcome<ReleaseRevision> run(
      Caller caller,
      Write.Test request,
      RevisionState newest,
      Instant deadline,
      Progress progress) {
    return Settlement.settled(newest)
        .flatMap(
            _ -> {
              progress.revision(newest.revision());
              return store.stored(caller, request.ref(), newest.revision());
            })
        .flatMap(
            stored ->
                chosen(request, stored)
                    .flatMap(tests -> run(caller, request, newest, tests, deadline, progress))
                    .saying(masks.hiding(stored.revision().given())))
        .flatMap(_ -> store.stored(caller, request.ref(), newest.revision()))
        .map(StoredRevision::revision);
  }

  private static Outcome<List<HelmHook>> chosen(Write.Test request, StoredRevision stored) {
    List<HelmHook> tests = stored.hooks().stream().filter(HelmHook::test).toList();
    Set<String> unknown = new TreeSet<>(request.names());
    unknown.removeAll(tests.stream().map(HelmHook::name).collect(Collectors.toSet()));
    if (!unknown.isEmpty()) {
      return Outcome.failure(
          Reason.NOT_FOUND,
          "release %s: has no test %s".formatted(request.ref(), String.join(", ", unknown)));
    }
    return Outcome.success(
        tests.stream()
            .filter(test -> request.names().isEmpty() || request.names().contains(test.name()))
            .toList());
  }

  /** How they ran is written down also when one has failed, as by {@code helm test}. */
  private Outcome<ReleaseRef> run(
      Caller caller,
      Write.Test request,
      RevisionState newest,
      List<HelmHook> tests,
      Instant deadline,
      Progress progress) {
    List<HookRun> runs = new ArrayList<>();
    var intent = new Preflight.Intent(request.ref(), List.of(), List.of(), tests, List.of(), false);
    Outcome<ReleaseRef> done =
        progress
            .enter(Phase.CHECKING)
            .flatMap(_ -> rehearsal.preflight().check(caller, intent))
            .flatMap(_ -> progress.enter(Phase.HOOKS))
            .flatMap(
                _ ->
                    hooks.run(
                        caller,
                        request.ref(),
                        tests,
                        HelmHook.TEST,
                        deadline,
                        progress,
                        runs::add));
    Outcome<ReleaseRef> recorded = store.ran(caller, request.ref(), newest.revision(), runs);
    return done.flatMap(_ -> recorded);
  }
}
