package io.helmgate.deployer.dispatch;

import io.helmgate.deployer.release.DriftIgnore;
import io.helmgate.deployer.release.Page;
import io.helmgate.deployer.release.ReleaseOrder;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.ReleaseSelection;
import io.helmgate.proto.deployer.v1.CheckDriftRequest;
import io.helmgate.proto.deployer.v1.GetReleaseRequest;
import io.helmgate.proto.deployer.v1.ListReleaseRevisionsRequest;
import io.helmgate.proto.deployer.v1.ListReleaseRevisionsResponse;
import io.helmgate.proto.deployer.v1.ListReleasesRequest;
import io.helmgate.proto.deployer.v1.ListReleasesResponse;
import io.helmgate.proto.deployer.v1.Release;
import io.helmgate.proto.deployer.v1.ReleaseDrift;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads the requests that look at releases into the domain's terms. */
final class ReleaseRequests {

  /** Of releases with values and notes, of which each may have a megabyte. */
  private static final int MAX_WHOLE = 100;

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
    boolean whole =
        Views.names(request.getView(), "releases.values")
            || Views.names(request.getView(), "releases.notes");
    return rules.result(
        () ->
            new ReleasesQuery(
                new ReleaseSelection(
                    namespace,
                    request.getSearch(),
                    Set.copyOf(request.getStatusesList()),
                    request.getChart(),
                    order),
                whole ? page.atMost(MAX_WHOLE) : page,
                whole));
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
    return rules.result(() -> new RevisionsQuery(ref, page.atMost(MAX_WHOLE)));
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
}
