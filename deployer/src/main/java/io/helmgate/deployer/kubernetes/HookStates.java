package io.helmgate.deployer.kubernetes;

import io.helmgate.deployer.release.HelmHook;
import io.helmgate.deployer.release.HookRun;
import io.helmgate.deployer.release.ObjectStatus;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Progress;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How far the hooks of one event are, told to whoever follows them. */
final class HookStates {
  private final Map<HelmHook, ObjectStatus> statuses = new LinkedHashMap<>();
  private final ReleaseRef ref;
  private final Progress progress;

  HookStates(List<HelmHook> hooks, ReleaseRef ref, Progress progress) {
    this.ref = ref;
    this.progress = progress;
    hooks.forEach(hook -> statuses.put(hook, status(hook, false, "not run")));
    progress.observe(List.copyOf(statuses.values()));
  }

  HookRun ended(HelmHook hook, Outcome<ReleaseRef> ran, Instant started, Instant ended) {
    String phase = "Succeeded";
    String why = "";
    if (ran instanceof Outcome.Failure<ReleaseRef>(Reason _, String message, var _)) {
      phase = "Failed";
      why = message;
    }
    statuses.put(hook, status(hook, why.isEmpty(), why));
    progress.observe(List.copyOf(statuses.values()));
    return new HookRun(hook.kind(), hook.name(), phase, started, Optional.of(ended));
  }

  private ObjectStatus status(HelmHook hook, boolean ready, String missing) {
    return new ObjectStatus("", hook.kind(), ref.namespace(), hook.name(), ready, missing);
  }
}
