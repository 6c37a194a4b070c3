package io.helmgate.extauthz;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.helmgate.extauthz.check.CheckService;
import io.helmgate.extauthz.config.ExtAuthzConfig;
import io.helmgate.extauthz.decision.HiddenValue;
import io.helmgate.extauthz.explain.Explanation;
import io.helmgate.extauthz.explain.ExplanationText;
import io.helmgate.extauthz.profile.DecisionPipeline;
import io.helmgate.extauthz.profile.Trail;
import io.helmgate.kit.config.Loaded;
import io.helmgate.kit.lifecycle.ServiceCommand;
import io.helmgate.kit.lifecycle.ServiceContext;
import io.helmgate.kit.lifecycle.ServiceRunner;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code extauthz explain}: decides a saved request and tells how. */
final class ExplainCommand implements ServiceCommand<ExtAuthzConfig> {

  private static final String AT = "--at";
  private static final String SECRETS = "--show-secrets";

  private final CommandSpec spec = CommandSpec.create().name("explain");

  ExplainCommand() {
    spec.usageMessage()
        .description("Decides a saved request and tells each stage, and the reply to Envoy.");
    spec.addOption(OutputForm.option());
    spec.addOption(
        OptionSpec.builder(AT)
            .type(Instant.class)
            .paramLabel("TIME")
            .description("When the request came, such as 2026-11-01T12:00:00Z; else now.")
            .build());
    spec.addOption(
        OptionSpec.builder(SECRETS)
            .type(boolean.class)
            .arity("0")
            .description("Shows tokens and chart values; without it they are masked.")
            .build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .type(Path.class)
            .arity("1")
            .paramLabel("request.json")
            .description("Envoy's CheckRequest in protobuf's JSON form.")
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
    CheckRequest request = read(arguments.matchedPositionalValue(0, Path.of("")));
    Environment environment =
        Environment.of(context).at(clock(arguments.matchedOptionValue(AT, null)));
    try (CandidateProfiles profiles = new CandidateProfiles(config, environment)) {
      AtomicReference<Trail> trail = new AtomicReference<>();
      AtomicReference<RuntimeException> fault = new AtomicReference<>();
      CheckService service =
          new CheckService(
              new DecisionPipeline(
                  profiles.profiles(),
                  name -> hidden(config.section(), name),
                  environment.clock(),
                  environment::newId,
                  trail::set),
              config.section().stageDeadline(),
              environment.clock(),
              fault::set);
      CheckResponse reply = service.answer(request);
      Trail happened = trail.get();
      if (happened == null) {
        throw new IOException("extauthz itself failed: " + fault.get(), fault.get());
      }
      ObjectNode told =
          new Explanation(profiles, arguments.hasMatchedOption(SECRETS)).of(happened, reply);
      out.print(
          OutputForm.of(arguments) == OutputForm.JSON
              ? told.toPrettyString() + '\n'
              : ExplanationText.of(told));
      return ServiceRunner.OK;
    }
  }

  /** That a secret would be sent may be told, the secret itself not. */
  private static Optional<HiddenValue> hidden(ExtAuthzConfig config, String name) {
    return config.secrets().containsKey(name)
        ? Optional.of(new HiddenValue("***"))
        : Optional.empty();
  }

  private static CheckRequest read(Path file) throws IOException {
    CheckRequest.Builder request = CheckRequest.newBuilder();
    try {
      JsonFormat.parser().merge(Files.readString(file), request);
    } catch (InvalidProtocolBufferException e) {
      throw new IOException(
          file + ": " + e.getMessage() + " (expected: a CheckRequest in protobuf's JSON form)", e);
    }
    return request.build();
  }

  private static Clock clock(@Nullable Instant at) {
    Clock system = Clock.systemUTC();
    return at == null ? system : Clock.offset(system, Duration.between(system.instant(), at));
  }
}
