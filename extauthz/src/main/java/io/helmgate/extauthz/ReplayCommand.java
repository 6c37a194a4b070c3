package io.helmgate.extauthz;

import io.helmgate.extauthz.config.ExtAuthzConfig;
import io.helmgate.extauthz.replay.Replay;
import io.helmgate.extauthz.replay.ReplayReport;
import io.helmgate.kit.config.Loaded;
import io.helmgate.kit.lifecycle.ServiceCommand;
import io.helmgate.kit.lifecycle.ServiceContext;
import io.helmgate.kit.lifecycle.ServiceRunner;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code extauthz replay}: puts recorded decisions to the policies of a configuration. */
final class ReplayCommand implements ServiceCommand<ExtAuthzConfig> {

  /** Some verdicts would be others. */
  private static final int CHANGED = 1;

  private final CommandSpec spec = CommandSpec.create().name("replay");

  ReplayCommand() {
    spec.usageMessage()
        .description(
            "Puts recorded decisions to this configuration's policies and tells which verdicts",
            "would change; ends with 1 when any does. Records whose masked fields a policy may",
            "read are counted as not replayable.");
    spec.addOption(OutputForm.option());
    spec.addPositional(
        PositionalParamSpec.builder()
            .type(List.class)
            .auxiliaryTypes(Path.class)
            .arity("1..*")
            .paramLabel("decisions.jsonl")
            .description("Lines of decision logs, or batches as uploaded; gzip or plain.")
            .build());
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public int run(
      Loaded<ExtAuthzConfig> config,
      ParseResult arguments,
      ServiceContext context,
      PrintStream out,
      PrintStream err)
      throws Exception {
    try (CandidateProfiles profiles = new CandidateProfiles(config, Environment.of(context))) {
      ReplayReport report = new ReplayReport(new Replay(profiles.candidates()));
      List<Path> files = arguments.matchedPositionalValue(0, List.of());
      for (Path file : files) {
        report.read(file);
      }
      out.print(
          OutputForm.of(arguments) == OutputForm.JSON
              ? report.json().toPrettyString() + '\n'
              : report.text());
      return report.changed() > 0 ? CHANGED : ServiceRunner.OK;
    }
  }
}
