package io.helmgate.extauthz.policy.source;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.extauthz.decision.Selection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the parts of {@code input} at which a policy can look, from OPA's plan of it ({@code opa
 * build -t plan}), which is what the WebAssembly module is made of.
 *
 * <p>Each local variable of the plan may hold values from the input, named by their paths. Steps by
 * a constant name ({@code DotStmt}), copies and calls of the policy's own functions hand them on;
 * any other use of a value, such as a comparison, a loop, a variable key or a builtin function,
 * wants all of it. What the plan's author adds one day is not understood, and wants everything.
 */
final class InputReads {

  private static final int INPUT = 0;
  private static final int MAX_DEPTH = 32;

  private final List<String> strings = new ArrayList<>();
  private final Map<String, Function> functions = new HashMap<>();
  private final Set<List<String>> whole = new HashSet<>();
  private final Set<List<String>> present = new HashSet<>();
  private boolean grew;

  /** A function of the plan, and what its locals may hold. */
  private static final class Function {

    private final JsonNode code;
    private final Map<Integer, Set<List<String>>> locals = new HashMap<>();
    private boolean reached;

    Function(JsonNode code) {
      this.code = code;
    }

    Set<List<String>> local(int number) {
      return locals.computeIfAbsent(number, _ -> new LinkedHashSet<>());
    }
  }

  /** The plan has something that this class does not know. */
  private static final class UnknownPlanException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private InputReads(JsonNode plan) {
    plan.at("/static/strings").forEach(text -> strings.add(text.path("value").asText()));
    plan.at("/funcs/funcs").forEach(f -> functions.put(f.path("name").asText(), new Function(f)));
  }

  /** What the query looks at; all of the input when the plan is not understood. */
  static Selection of(JsonNode plan, String entrypoint) {
    for (JsonNode query : plan.at("/plans/plans")) {
      if (query.path("name").asText().equals(entrypoint)) {
        try {
          return new InputReads(plan).from(new Function(query));
        } catch (UnknownPlanException e) {
          return Selection.all();
        }
      }
    }
    return Selection.all();
  }

  private Selection from(Function query) {
    query.local(INPUT).add(List.of());
    do {
      grew = false;
      blocks(query.code.path("blocks"), query);
      functions.values().stream()
          .filter(function -> function.reached)
          .forEach(function -> blocks(function.code.path("blocks"), function));
    } while (grew);
    return Selection.of(whole, present);
  }

  private void blocks(JsonNode blocks, Function in) {
    for (JsonNode block : blocks) {
      block(block, in);
    }
  }

  private void block(JsonNode block, Function in) {
    for (JsonNode typed : block.path("stmts")) {
      statement(typed.path("type").asText(), typed.path("stmt"), in);
    }
  }

  private void statement(String type, JsonNode s, Function in) {
    switch (type) {
      case "AssignVarStmt" -> flow(values(s.path("source"), in), in, s.path("target").asInt());
      case "ReturnLocalStmt" ->
          flow(values(s.path("source"), in), in, in.code.path("return").asInt());
      case "DotStmt" -> dot(s, in);
      case "CallStmt" -> call(s, in);
      case "CallDynamicStmt" -> callAny(s, in);
      case "WithStmt" -> with(s, in);
      case "BlockStmt" -> blocks(s.path("blocks"), in);
      case "NotStmt" -> block(s.path("block"), in);
      case "ScanStmt" -> {
        read(s, in, "source");
        block(s.path("block"), in);
      }
      // It fails when two different values meet, so it compares.
      case "AssignVarOnceStmt" -> read(s, in, "source");
      case "EqualStmt", "NotEqualStmt", "ObjectMergeStmt" -> read(s, in, "a", "b");
      case "LenStmt", "IsArrayStmt", "IsObjectStmt", "IsSetStmt" -> read(s, in, "source");
      case "ArrayAppendStmt" -> read(s, in, "array", "value");
      case "SetAddStmt" -> read(s, in, "set", "value");
      case "ObjectInsertStmt", "ObjectInsertOnceStmt" -> read(s, in, "object", "key", "value");
      case "ResultSetAddStmt" -> read(s, in, "value");
      case "MakeArrayStmt", "MakeObjectStmt", "MakeSetStmt", "MakeNullStmt" -> {}
      case "MakeNumberRefStmt", "MakeNumberIntStmt", "AssignIntStmt" -> {}
      case "IsDefinedStmt", "IsUndefinedStmt", "ResetLocalStmt", "BreakStmt", "NopStmt" -> {}
      default -> throw new UnknownPlanException();
    }
  }

  private void dot(JsonNode s, Function in) {
    Optional<String> name = constant(s.path("key"));
    for (List<String> path : values(s.path("source"), in)) {
      if (name.isEmpty() || path.size() == MAX_DEPTH) {
        grew |= whole.add(path);
      } else {
        List<String> below = new ArrayList<>(path);
        below.add(name.get());
        grew |= present.add(List.copyOf(below));
        flow(List.of(List.copyOf(below)), in, s.path("target").asInt());
      }
    }
    read(s, in, "key");
  }

  private void call(JsonNode s, Function in) {
    Function callee = functions.get(s.path("func").asText());
    if (callee == null) {
      s.path("args").forEach(argument -> read(argument, in));
    } else {
      call(callee, s, in);
    }
  }

  private void call(Function callee, JsonNode s, Function in) {
    JsonNode parameters = callee.code.path("params");
    for (int i = 0; i < parameters.size(); i++) {
      flow(values(s.path("args").path(i), in), callee, parameters.path(i).asInt());
    }
    grew |= !callee.reached;
    callee.reached = true;
    flow(
        List.copyOf(callee.local(callee.code.path("return").asInt())),
        in,
        s.path("result").asInt());
  }

  /** A rule whose name is known at run time only. */
  private void callAny(JsonNode s, Function in) {
    s.path("path").forEach(step -> read(step, in));
    for (Function function : functions.values()) {
      if (mayBe(function.code.path("path"), s.path("path"))) {
        call(function, s, in);
      }
    }
  }

  /** Whether a function's name can come of steps of which some are known at run time only. */
  private boolean mayBe(JsonNode name, JsonNode steps) {
    boolean may = name.size() == steps.size();
    for (int i = 0; may && i < steps.size(); i++) {
      Optional<String> step = constant(steps.path(i));
      may = step.isEmpty() || step.get().equals(name.path(i).asText());
    }
    return may;
  }

  /**
   * {@code with input.a.b as value}: the block sees a changed input. What it looks at in there is
   * taken as if it looked at the true one too, which is more than needed; what is replaced is kept,
   * so that the way to it is what it was.
   */
  private void with(JsonNode s, Function in) {
    int local = s.path("local").asInt();
    if (s.path("path").isEmpty()) {
      // OPA also puts the old input back in this way.
      values(s.path("value"), in).stream()
          .filter(path -> !in.local(local).contains(path))
          .forEach(path -> grew |= whole.add(path));
    } else {
      read(s, in, "value");
      for (List<String> path : List.copyOf(in.local(local))) {
        List<String> below = new ArrayList<>(path);
        s.path("path").forEach(step -> below.add(string(step.asInt())));
        grew |= whole.add(List.copyOf(below));
      }
    }
    block(s.path("block"), in);
  }

  private void flow(List<List<String>> paths, Function to, int local) {
    grew |= to.local(local).addAll(paths);
  }

  private void read(JsonNode statement, Function in, String... fields) {
    for (String field : fields) {
      read(statement.path(field), in);
    }
  }

  private void read(JsonNode operand, Function in) {
    grew |= whole.addAll(values(operand, in));
  }

  /** What an operand, or the number of a local, may hold. */
  private static List<List<String>> values(JsonNode operand, Function in) {
    if (operand.isInt()) {
      return List.copyOf(in.local(operand.asInt()));
    }
    return switch (operand.path("type").asText()) {
      case "local" -> List.copyOf(in.local(operand.path("value").asInt()));
      case "string_index", "bool" -> List.of();
      default -> throw new UnknownPlanException();
    };
  }

  private Optional<String> constant(JsonNode operand) {
    return operand.path("type").asText().equals("string_index")
        ? Optional.of(string(operand.path("value").asInt()))
        : Optional.empty();
  }

  private String string(int index) {
    if (index < 0 || index >= strings.size()) {
      throw new UnknownPlanException();
    }
    return strings.get(index);
  }
}
