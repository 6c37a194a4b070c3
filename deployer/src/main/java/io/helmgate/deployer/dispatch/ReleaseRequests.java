package io.helmgate.deployer.dispatch;

import com.google.longrunning.Operation;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import io.helmgate.deployer.release.DeployRequest;
import io.helmgate.deployer.release.DriftIgnore;
import io.helmgate.deployer.release.Page;
import io.helmgate.deployer.release.PlanChoice;
import io.helmgate.deployer.release.Propagation;
import io.helmgate.deployer.release.ReleaseOrder;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.ReleaseSelection;
import io.helmgate.deployer.release.Remedy;
import io.helmgate.deployer.release.Write;
import io.helmgate.proto.deployer.v1.CheckDriftRequest;
import io.helmgate.proto.deployer.v1.DeletionPropagation;
import io.helmgate.proto.deployer.v1.GetReleaseRequest;
import io.helmgate.proto.deployer.v1.InstallReleaseRequest;
import io.helmgate.proto.deployer.v1.ListReleaseRevisionsRequest;
import io.helmgate.proto.deployer.v1.ListReleaseRevisionsResponse;
import io.helmgate.proto.deployer.v1.ListReleasesRequest;
import io.helmgate.proto.deployer.v1.ListReleasesResponse;
import io.helmgate.proto.deployer.v1.Release;
import io.helmgate.proto.deployer.v1.ReleaseDrift;
import io.helmgate.proto.deployer.v1.ReleasePlan;
import io.helmgate.proto.deployer.v1.RollbackReleaseRequest;
import io.helmgate.proto.deployer.v1.TestReleaseRequest;
import io.helmgate.proto.deployer.v1.UninstallReleaseRequest;
import io.helmgate.proto.deployer.v1.UnlockReleaseRequest;
import io.helmgate.proto.deployer.v1.UpgradeReleaseRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Reads the requests of ReleaseService into the domain's terms. */
final class ReleaseRequests {

  private static final Duration MAX_TIMEOUT = Durations.fromHours(1);
  private static final int MAX_RETRIES = 5;

  private final ResourceNames names;

  ReleaseRequests(ResourceNames names) {
    this.names = names;
  }

  /** Which revision of which release. */
  record RevisionQuery(ReleaseRef ref, int revision) {}

  Validation<RevisionQuery> get(GetReleaseRequest request) {
    var rules = new FieldRules();
    var ref = names.release("name", request.getName(), rules);
    rules.count("revision", request.getRevision());
    rules.view("view", request.getView(), Release.getDescriptor());
    return rules.result(() -> new RevisionQuery(ref, request.getRevision()));
  }

  /** Which page of which releases. */
  record ReleasesQuery(ReleaseSelection selection, Page.Wanted page, boolean whole) {}

  Validation<ReleasesQuery> list(ListReleasesRequest request) {
    var rules = new FieldRules();
    var namespace = names.anyNamespace("parent", request.getParent(), rules);
    var page = PageTokens.wanted(request, rules);
    rules.text("search", request.getSearch());
    rules.text("chart", request.getChart());
    var order = order(request.getOrderBy(), rules);
    for (int i = 0; i < request.getStatusesCount(); i++) {
      rules.status("statuses[" + i + "]", request.getStatuses(i));
    }
    rules.view("view", request.getView(), ListReleasesResponse.getDescriptor());
    rules.notInLists("view", request.getView(), "releases.");
    return rules.result(
        () ->
            new ReleasesQuery(
                new ReleaseSelection(
                    namespace,
                    request.getSearch(),
                    Set.copyOf(request.getStatusesList()),
                    request.getChart(),
                    order),
                page,
                Views.names(request.getView(), "releases.values")
                    || Views.names(request.getView(), "releases.notes")));
  }

  private static ReleaseOrder order(String text, FieldRules rules) {
    return switch (text) {
      case "", "name", "name asc" -> ReleaseOrder.NAMES;
      case "name desc" -> new ReleaseOrder(ReleaseOrder.By.NAME, true);
      case "update_time", "update_time asc" -> new ReleaseOrder(ReleaseOrder.By.UPDATE_TIME, false);
      case "update_time desc" -> new ReleaseOrder(ReleaseOrder.By.UPDATE_TIME, true);
      default -> {
        rules.violated("order_by", "is no order (expected: name or update_time, or with desc)");
        yield ReleaseOrder.NAMES;
      }
    };
  }

  /** Which page of a release's revisions. */
  record RevisionsQuery(ReleaseRef ref, Page.Wanted page) {}

  Validation<RevisionsQuery> revisions(ListReleaseRevisionsRequest request) {
    var rules = new FieldRules();
    var ref = names.release("parent", request.getParent(), rules);
    var page = PageTokens.wanted(request, rules);
    rules.view("view", request.getView(), ListReleaseRevisionsResponse.getDescriptor());
    rules.notInLists("view", request.getView(), "revisions.");
    return rules.result(() -> new RevisionsQuery(ref, page));
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
    var values =
        ValuesRequests.read(
            request.hasValues() ? Optional.of(request.getValues()) : Optional.empty(),
            request.getLayersList(),
            request.getValuesFromList(),
            request.getSetList(),
            rules);
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
    var values =
        ValuesRequests.read(
            request.hasValues() ? Optional.of(request.getValues()) : Optional.empty(),
            request.getLayersList(),
            request.getValuesFromList(),
            request.getSetList(),
            rules);
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

  /** Which differences of which release. */
  record DriftQuery(ReleaseRef ref, List<DriftIgnore> ignored) {}

  Validation<DriftQuery> drift(CheckDriftRequest request) {
    var rules = new FieldRules();
    var ref = names.release("name", request.getName(), rules);
    List<DriftIgnore> ignored = new ArrayList<>();
    for (int i = 0; i < request.getIgnoreCount(); i++) {
      var ignore = request.getIgnore(i);
      var field = "ignore[" + i + "].";
      if (ignore.getPathsCount() == 0) {
        rules.violated(field + "paths", "is missing");
      }
      List<List<String>> paths = new ArrayList<>();
      for (int k = 0; k < ignore.getPathsCount(); k++) {
        paths.add(rules.jsonPointer(field + "paths[" + k + "]", ignore.getPaths(k)));
      }
      rules.text(field + "kind", ignore.getKind());
      rules.text(field + "object_name", ignore.getObjectName());
      ignored.add(new DriftIgnore(paths, ignore.getKind(), ignore.getObjectName()));
    }
    rules.view("view", request.getView(), ReleaseDrift.getDescriptor());
    return rules.result(() -> new DriftQuery(ref, ignored));
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
