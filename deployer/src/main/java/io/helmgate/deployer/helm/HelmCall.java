package io.helmgate.deployer.helm;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.helmgate.deployer.release.Propagation;
import java.nio.file.Path;

/**
 * One call of Helm's library. Charts, values and rights are in files of its own, so that it can be
 * told to another process without a secret in it.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "call")
@JsonSubTypes({
  @JsonSubTypes.Type(HelmCall.Install.class),
  @JsonSubTypes.Type(HelmCall.Upgrade.class),
  @JsonSubTypes.Type(HelmCall.Uninstall.class),
  @JsonSubTypes.Type(HelmCall.Template.class),
  @JsonSubTypes.Type(HelmCall.First.class)
})
sealed interface HelmCall {

  /**
   * The release that a call is about, as whom, and for how long.
   *
   * @param seconds Helm's own timeout
   */
  record Target(String name, String namespace, Path kubeconfig, int seconds) {}

  record Install(Target target, Path chart, Path values, boolean createNamespace)
      implements HelmCall {}

  /**
   * None of the values of an earlier revision are reused.
   *
   * @param description empty: Helm's own
   */
  record Upgrade(Target target, Path chart, Path values, String description, boolean skipCrds)
      implements HelmCall {}

  /** Runs no hooks. */
  record Uninstall(Target target, boolean keepHistory, Propagation propagation)
      implements HelmCall {}

  /** Renders without a look at a cluster, and without CustomResourceDefinitions. */
  record Template(String name, String namespace, Path chart, Path values, String kubernetes)
      implements HelmCall {}

  /** Renders a chart that needs nothing, which loads the library. */
  record First(Path chart) implements HelmCall {}
}
