package io.helmgate.extauthz;

import io.helmgate.extauthz.config.ExtAuthzConfig;
import io.helmgate.kit.lifecycle.ServiceDefinition;
import io.helmgate.kit.lifecycle.ServiceRunner;
import java.util.List;

/** The command {@code extauthz}. */
public final class ExtAuthzMain {

  private ExtAuthzMain() {}

  /** Runs until a signal comes; {@code --help} lists the arguments. */
  public static void main(String[] args) {
    System.exit(
        ServiceRunner.ofProcess()
            .run(
                args,
                new ServiceDefinition<>(
                    "extauthz",
                    "extauthz",
                    ExtAuthzConfig.class,
                    (config, context) -> ExtAuthzApp.create(config, Environment.of(context)),
                    List.of(new ExplainCommand(), new ReplayCommand()))));
  }
}
