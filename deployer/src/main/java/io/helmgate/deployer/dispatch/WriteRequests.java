package io.helmgate.deployer.dispatch;

import com.google.longrunning.Operation;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import io.helmgate.deployer.release.DeployRequest;
import io.helmgate.deployer.release.PlanChoice;
import io.helmgate.deployer.release.Propagation;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.Remedy;
import io.helmgate.deployer.release.Write;
import io.helmgate.proto.deployer.v1.DeletionPropagation;
import io.helmgate.proto.deployer.v1.InstallReleaseRequest;
import io.helmgate.proto.deployer.v1.ReleasePlan;
import io.helmgate.proto.deployer.v1.RollbackReleaseRequest;
import io.helmgate.proto.deployer.v1.TestReleaseRequest;
import io.helmgate.proto.deployer.v1.UninstallReleaseRequest;
import io.helmgate.proto.deployer.v1.UnlockReleaseRequest;
import io.helmgate.proto.deployer.v1.UpgradeReleaseRequest;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Reads the requests that change releases, and their previews, into the domain's terms. */
final class WriteRequests {

  private static final Duration MAX_TIMEOUT = Durations.fromHours(1);
  private static final int MAX_RETRIES = 5;

  private final ResourceNames names;

  WriteRequests(ResourceNames names) {
    this.names = names;
  }

  Validation<Write.Install> install(InstallReleaseRequest request) {
    return install(request, Operation.getDescriptor());
  }

  /** As a preview, which takes the request that it previews. */
  Validation<Write.Install> previewInstall(InstallReleaseRequest request) {
    return install(request, ReleasePlan.getDescriptor());
  }

  private Validation<Write.Install> install(InstallReleaseRequest request, Descriptor response) {
    var rules = new FieldRules();
    var namespace = names.namespace("parent", request.getParent(), rules);
    rules.releaseName("release_id", request.getReleaseId());
    rules.chart("chart", request.getChart());
    rules.version("version", request.getVersion());
    var values = ValuesRequests.read(request, rules);
    var timeout = timeout(request.hasTimeout(), request.getTimeout(), rules);
    var plan = plan(request.getPlanDigest(), request.getAllowUnreproducible(), response, rules);
    var requestId = requestId(request.getRequestId(), rules);
    rules.view("view", request.getView(), response);
    return rules.result(
        () ->
            new Write.Install(
                new DeployRequest(
                    new ReleaseRef(namespace, request.getReleaseId()),
                    request.getChart(),
                    present(request.getVersion()),
                    values,
                    !request.getSkipReadiness(),
                    timeout,
                    request.getCreateNamespace(),
                    requestId,
                    plan)));
  }

  Validation<Write.Upgrade> upgrade(UpgradeReleaseRequest request) {
    return upgrade(request, Operation.getDescriptor());
  }

  /** As a preview, which takes the request that it previews. */
  Validation<Write.Upgrade> previewUpgrade(UpgradeReleaseRequest request) {
    return upgrade(request, ReleasePlan.getDescriptor());
  }

  private Validation<Write.Upgrade> upgrade(UpgradeReleaseRequest request, Descriptor response) {
    var rules = new FieldRules();
    var ref = names.release("name", request.getName(), rules);
    rules.chart("chart", request.getChart());
    rules.version("version", request.getVersion());
    var values = ValuesRequests.read(request, rules);
    var timeout = timeout(request.hasTimeout(), request.getTimeout(), rules);
    var plan = plan(request.getPlanDigest(), request.getAllowUnreproducible(), response, rules);
    var remedy = remedy(request, rules);
    var requestId = requestId(request.getRequestId(), rules);
    rules.view("view", request.getView(), response);
    return rules.result(
        () ->
            new Write.Upgrade(
                new DeployRequest(
                    ref,
                    request.getChart(),
                    present(request.getVersion()),
                    values,
                    !request.getSkipReadiness(),
                    timeout,
                    false,
                    requestId,
                    plan),
                remedy));
  }

  private static Remedy remedy(UpgradeReleaseRequest request, FieldRules rules) {
    int retries = request.getRetries();
    if (retries < 0 || retries > MAX_RETRIES) {
      rules.violated("retries", "is out of range (expected: 0 to " + MAX_RETRIES + ")");
    } else if (retries > 0 && !request.getAutoRollback()) {
      rules.violated("retries", "has no effect here (expected: with auto_rollback)");
    } else if (retries > 0 && !request.getPlanDigest().isEmpty()) {
      rules.violated("retries", "cannot be used with plan_digest (a plan is carried out once)");
    }
    return new Remedy(request.getAutoRollback(), retries);
  }

  Validation<Write.Rollback> rollback(RollbackReleaseRequest request) {
    return rollback(request, Operation.getDescriptor());
  }

  /** As a preview, which takes the request that it previews. */
  Validation<Write.Rollback> previewRollback(RollbackReleaseRequest request) {
    return rollback(request, ReleasePlan.getDescriptor());
  }

  private Validation<Write.Rollback> rollback(RollbackReleaseRequest request, Descriptor response) {
    var rules = new FieldRules();
    var ref = names.release("name", request.getName(), rules);
    rules.count("revision", request.getRevision());
    var timeout = timeout(request.hasTimeout(), request.getTimeout(), rules);
    var plan = plan(request.getPlanDigest(), false, response, rules);
    var requestId = requestId(request.getRequestId(), rules);
    rules.view("view", request.getView(), response);
    return rules.result(
        () ->
            new Write.Rollback(
                ref, request.getRevision(), !request.getSkipReadiness(), timeout, requestId, plan));
  }

  Validation<Write> uninstall(UninstallReleaseRequest request) {
    var rules = new FieldRules();
    var ref = names.release("name", request.getName(), rules);
    var timeout = timeout(request.hasTimeout(), request.getTimeout(), rules);
    var requestId = requestId(request.getRequestId(), rules);
    var propagation = propagation(request.getPropagation(), rules);
    rules.view("view", request.getView(), Operation.getDescriptor());
    return rules.result(
        () ->
            new Write.Uninstall(
                ref,
                request.getKeepHistory(),
                request.getSkipHooks(),
                propagation,
                timeout,
                requestId));
  }

  private static Propagation propagation(DeletionPropagation propagation, FieldRules rules) {
    return switch (propagation) {
      case DELETION_PROPAGATION_UNSPECIFIED, DELETION_PROPAGATION_BACKGROUND ->
          Propagation.BACKGROUND;
      case DELETION_PROPAGATION_FOREGROUND -> Propagation.FOREGROUND;
      case DELETION_PROPAGATION_ORPHAN -> Propagation.ORPHAN;
      case UNRECOGNIZED -> {
        rules.violated("propagation", "is none that is known (expected: such as BACKGROUND)");
        yield Propagation.BACKGROUND;
      }
    };
  }

  Validation<Write> test(TestReleaseRequest request) {
    var rules = new FieldRules();
    var ref = names.release("name", request.getName(), rules);
    for (int i = 0; i < request.getTestsCount(); i++) {
      rules.objectName("tests[" + i + "]", request.getTests(i));
    }
    var timeout = timeout(request.hasTimeout(), request.getTimeout(), rules);
    var requestId = requestId(request.getRequestId(), rules);
    rules.view("view", request.getView(), Operation.getDescriptor());
    return rules.result(
        () -> new Write.Test(ref, Set.copyOf(request.getTestsList()), timeout, requestId));
  }

  Validation<Write> unlock(UnlockReleaseRequest request) {
    var rules = new FieldRules();
    var ref = names.release("name", request.getName(), rules);
    if (request.getRevision() < 1) {
      rules.violated("revision", "is missing (expected: the revision that hangs, from 1)");
    }
    var requestId = requestId(request.getRequestId(), rules);
    rules.view("view", request.getView(), Operation.getDescriptor());
    return rules.result(() -> new Write.Unlock(ref, request.getRevision(), requestId));
  }

  private static java.time.Duration timeout(boolean given, Duration timeout, FieldRules rules) {
    if (!given) {
      return Write.DEFAULT_TIMEOUT;
    }
    return rules.timeout("timeout", timeout, MAX_TIMEOUT)
        ? java.time.Duration.ofNanos(Durations.toNanos(timeout))
        : Write.DEFAULT_TIMEOUT;
  }

  private static Optional<PlanChoice> plan(
      String digest, boolean allowUnreproducible, Descriptor response, FieldRules rules) {
    if (digest.isEmpty()) {
      if (allowUnreproducible) {
        rules.violated("allow_unreproducible", "has no effect here (expected: with plan_digest)");
      }
      return Optional.empty();
    }
    if (response.equals(ReleasePlan.getDescriptor())) {
      rules.violated("plan_digest", "has no effect here (expected: in the write itself)");
    }
    rules.planDigest("plan_digest", digest);
    return Optional.of(new PlanChoice(digest, allowUnreproducible));
  }

  private static Optional<String> requestId(String id, FieldRules rules) {
    rules.requestId("request_id", id);
    return present(id);
  }

  private static Optional<String> present(String text) {
    return Optional.of(text).filter(Predicate.not(String::isEmpty));
  }
}
