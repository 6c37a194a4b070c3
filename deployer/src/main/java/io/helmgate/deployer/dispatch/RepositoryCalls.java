package io.helmgate.deployer.dispatch;

import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import io.helmgate.deployer.catalog.ProvenancePolicy;
import io.helmgate.deployer.catalog.RepositoryCatalog;
import io.helmgate.deployer.catalog.RepositoryInfo;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Page;
import io.helmgate.kit.call.Call;
import io.helmgate.proto.deployer.v1.GetRepositoryRequest;
import io.helmgate.proto.deployer.v1.ListRepositoriesRequest;
import io.helmgate.proto.deployer.v1.ListRepositoriesResponse;
import io.helmgate.proto.deployer.v1.RefreshRepositoryRequest;
import io.helmgate.proto.deployer.v1.Repository;

/** The RPCs of {@code helmgate.deployer.v1.RepositoryService}, each by its use case. */
public final class RepositoryCalls implements Calls {

  public static final String SERVICE = "helmgate.deployer.v1.RepositoryService";

  private final RepositoryCatalog repositories;

  public RepositoryCalls(RepositoryCatalog repositories) {
    this.repositories = repositories;
  }

  @Override
  public Reply execute(Caller caller, Call call) {
    return switch (call.request()) {
      case ListRepositoriesRequest request ->
          UseCases.run(
              page(request),
              page -> Outcome.success(repositories.repositories(page)),
              page -> repositories(request, page));
      case GetRepositoryRequest request ->
          UseCases.run(
              name(request.getName(), request.getView()),
              repositories::repository,
              RepositoryCalls::repository);
      case RefreshRepositoryRequest request ->
          UseCases.run(
              name(request.getName(), request.getView()),
              repositories::refresh,
              RepositoryCalls::repository);
      case Message _ -> throw new IllegalArgumentException("no such method: " + call.method());
    };
  }

  private static Validation<Page.Wanted> page(ListRepositoriesRequest request) {
    var rules = new FieldRules();
    var page = PageTokens.wanted(request, rules);
    rules.view("view", request.getView(), ListRepositoriesResponse.getDescriptor());
    return rules.result(() -> page);
  }

  private static Validation<String> name(String name, FieldMask view) {
    var rules = new FieldRules();
    var repository = ChartNames.repository("name", name, rules);
    rules.view("view", view, Repository.getDescriptor());
    return rules.result(() -> repository);
  }

  private static ListRepositoriesResponse repositories(
      ListRepositoriesRequest request, Page<RepositoryInfo> page) {
    return ListRepositoriesResponse.newBuilder()
        .addAllRepositories(page.items().stream().map(RepositoryCalls::repository).toList())
        .setNextPageToken(PageTokens.next(request, page))
        .build();
  }

  private static Repository repository(RepositoryInfo info) {
    var message =
        Repository.newBuilder()
            .setName(ChartNames.of(info.name()))
            .setUrl(info.url().toString())
            .setReady(info.ready())
            .setError(info.error())
            .setChartCount(info.charts())
            .setVersionCount(info.versions())
            .setProvenancePolicy(policy(info.provenance()));
    info.refreshed().ifPresent(time -> message.setRefreshTime(ReleaseMessages.timestamp(time)));
    info.age().ifPresent(age -> message.setAge(Duration.newBuilder().setSeconds(age.toSeconds())));
    return message.build();
  }

  private static io.helmgate.proto.deployer.v1.ProvenancePolicy policy(ProvenancePolicy policy) {
    return switch (policy) {
      case OFF -> io.helmgate.proto.deployer.v1.ProvenancePolicy.PROVENANCE_POLICY_OFF;
      case VERIFY -> io.helmgate.proto.deployer.v1.ProvenancePolicy.PROVENANCE_POLICY_VERIFY;
      case REQUIRE -> io.helmgate.proto.deployer.v1.ProvenancePolicy.PROVENANCE_POLICY_REQUIRE;
    };
  }
}
