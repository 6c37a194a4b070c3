package io.helmgate.extauthz.policy.wasm;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.wasm.ChicoryException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.helmgate.extauthz.policy.wasm.builtin.Builtins;
import io.helmgate.extauthz.policy.wasm.builtin.CallContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A compiled policy with a bounded pool of instances. Safe for use by many threads.
 *
 * <p>An instance goes back to the pool after each evaluation, unless the evaluation threw or its
 * memory grew too far; then the next evaluation makes a new one (well below a millisecond).
 */
public final class WasmPolicy {

  private final WasmModuleCode code;
  private final EngineLimits limits;
  private final Supplier<CallContext> contexts;
  private final Map<Integer, LinkedBuiltin> builtins;
  private final int entrypoint;
  private final Semaphore permits;
  private final ConcurrentLinkedDeque<WasmInstance> idle = new ConcurrentLinkedDeque<>();
  private final EvaluationDeadlines deadlines;
  private final LongAdder discarded = new LongAdder();

  private WasmPolicy(
      WasmModuleCode code,
      EngineLimits limits,
      Supplier<CallContext> contexts,
      Map<Integer, LinkedBuiltin> builtins,
      int entrypoint) {
    this.code = code;
    this.limits = limits;
    this.contexts = contexts;
    this.builtins = builtins;
    this.entrypoint = entrypoint;
    this.permits = new Semaphore(limits.instances());
    this.deadlines = new EvaluationDeadlines(limits.evaluationDeadline());
  }

  /**
   * Compiles a module and makes its first instance; takes about a second.
   *
   * @param wasm the module
   * @param dataJson the base documents, a JSON object in UTF-8
   * @param entrypoint path of the rule to evaluate, such as {@code helmgate/authz/allow}
   * @throws UnsupportedPolicyException when the module is none of OPA's, lacks the entrypoint, or
   *     needs builtins that are not supplied
   */
  public static WasmPolicy load(
      byte[] wasm,
      byte[] dataJson,
      String entrypoint,
      EngineLimits limits,
      Builtins supplied,
      Supplier<CallContext> contexts)
      throws UnsupportedPolicyException {
    try {
      WasmModuleCode code = WasmModuleCode.compile(wasm, dataJson);
      WasmInstance first = new WasmInstance(code, limits.maxMemoryBytes(), contexts);
      Map<Integer, LinkedBuiltin> builtins = link(ids(first.builtinIds()), supplied);
      Integer id = ids(first.entrypointIds()).get(entrypoint);
      if (id == null) {
        throw new UnsupportedPolicyException("entrypoint: " + entrypoint + " is not in the module");
      }
      WasmPolicy policy = new WasmPolicy(code, limits, contexts, builtins, id);
      first.useBuiltins(builtins);
      policy.idle.add(first);
      return policy;
    } catch (ChicoryException | PolicyAbortException e) {
      throw new UnsupportedPolicyException("WebAssembly module: " + e.getMessage(), e);
    }
  }

  private static Map<String, Integer> ids(String json) {
    try {
      return new JsonMapper().readValue(json, new TypeReference<TreeMap<String, Integer>>() {});
    } catch (JsonProcessingException e) {
      throw new PolicyAbortException("the module's own tables are no JSON: " + e.getMessage());
    }
  }

  /** The functions that a module calls, by its own ids. */
  private static Map<Integer, LinkedBuiltin> link(Map<String, Integer> needed, Builtins supplied)
      throws UnsupportedPolicyException {
    List<String> missing = new ArrayList<>();
    Map<Integer, LinkedBuiltin> byId = new TreeMap<>();
    needed.forEach(
        (name, id) ->
            supplied
                .find(name)
                .ifPresentOrElse(
                    function -> byId.put(id, new LinkedBuiltin(name, function)),
                    () -> missing.add(name + " (" + Builtins.whyNot(name) + ")")));
    if (!missing.isEmpty()) {
      throw new UnsupportedPolicyException(
          "builtin functions that can't be used here: " + String.join(", ", missing));
    }
    return Map.copyOf(byId);
  }

  /**
   * Evaluates the policy.
   *
   * @param inputJson the input document in UTF-8
   */
  public Evaluation evaluate(byte[] inputJson) {
    try {
      if (!permits.tryAcquire() && !permits.tryAcquire(nanosToBorrow(), TimeUnit.NANOSECONDS)) {
        return new Evaluation.Broken(
            "no policy instance was free within " + limits.borrowDeadline().toMillis() + " ms");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Evaluation.Broken("interrupted while waiting for a policy instance");
    }
    try {
      return evaluateIn(idle.pollFirst(), inputJson);
    } finally {
      permits.release();
    }
  }

  private long nanosToBorrow() {
    return limits.borrowDeadline().toNanos();
  }

  private Evaluation evaluateIn(@Nullable WasmInstance pooled, byte[] inputJson) {
    EvaluationDeadlines.Running running = deadlines.begin();
    try {
      WasmInstance instance = pooled == null ? newInstance() : pooled;
      String json = instance.evaluate(entrypoint, inputJson);
      if (instance.grownBytes() > limits.retainedMemoryBytes()) {
        discarded.increment();
      } else {
        idle.addFirst(instance);
      }
      return new Evaluation.Completed(json);
    } catch (ChicoryInterruptedException e) {
      discarded.increment();
      return new Evaluation.Broken(
          running.wasStopped()
              ? "stopped after " + limits.evaluationDeadline().toMillis() + " ms"
              : "interrupted");
    } catch (RuntimeException | StackOverflowError | UnsupportedPolicyException e) {
      // The edge of the sandbox: whatever went wrong inside, this instance is not used again.
      discarded.increment();
      return new Evaluation.Broken(e.getClass().getSimpleName() + ": " + e.getMessage());
    } finally {
      running.end();
    }
  }

  private WasmInstance newInstance() throws UnsupportedPolicyException {
    WasmInstance instance = new WasmInstance(code, limits.maxMemoryBytes(), contexts);
    instance.useBuiltins(builtins);
    return instance;
  }

  /** Stops evaluations that passed their deadline; to be called every few milliseconds. */
  public void stopOverdue() {
    deadlines.stopOverdue();
  }

  /** Evaluations under way. */
  public int running() {
    return limits.instances() - permits.availablePermits();
  }

  /** Instances thrown away so far, for a fault or for their memory. */
  public long discarded() {
    return discarded.sum();
  }
}
