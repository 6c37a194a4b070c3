package io.helmgate.extauthz.policy.wasm;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.styra.opa.wasm.OpaWasm_Env;
import com.styra.opa.wasm.OpaWasm_ModuleExports;
import com.styra.opa.wasm.OpaWasm_ModuleImports;
import io.helmgate.extauthz.policy.wasm.builtin.BuiltinError;
import io.helmgate.extauthz.policy.wasm.builtin.CallContext;
import io.helmgate.extauthz.policy.wasm.builtin.Term;
import io.helmgate.extauthz.policy.wasm.builtin.TermText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance of a module with memory of its own. Not safe for use by two threads at once, and not
 * usable any more once a call of it has thrown.
 */
final class WasmInstance implements OpaWasm_ModuleImports, OpaWasm_Env {

  private static final Logger LOG = LoggerFactory.getLogger(WasmInstance.class);
  private static final int ABI_MAJOR = 1;
  private static final int ABI_MINOR = 3;

  private final Memory memory;
  private final OpaWasm_ModuleExports exports;
  private final Supplier<CallContext> contexts;
  private final int dataAddress;
  private final int heapAfterData;
  private final int pagesAfterData;
  private Map<Integer, LinkedBuiltin> builtins = Map.of();
  private @Nullable CallContext context;

  WasmInstance(WasmModuleCode code, long maxMemoryBytes, Supplier<CallContext> contexts)
      throws UnsupportedPolicyException {
    this.contexts = contexts;
    this.memory =
        new ByteArrayMemory(
            new MemoryLimits(
                code.initialPages(),
                (int) Math.max(code.initialPages(), maxMemoryBytes / Memory.PAGE_SIZE)));
    Instance instance =
        Instance.builder(code.module())
            .withImportValues(toImportValues())
            .withMachineFactory(code.machines())
            .build();
    this.exports = new OpaWasm_ModuleExports(instance);
    checkAbi();
    this.dataAddress = parseJson(code.dataJson());
    if (dataAddress == 0) {
      throw new UnsupportedPolicyException("policy data: not a JSON document");
    }
    this.heapAfterData = exports.opaHeapPtrGet();
    this.pagesAfterData = memory.pages();
  }

  private void checkAbi() throws UnsupportedPolicyException {
    long major = exports.opaWasmAbiVersion().getValue();
    long minor = exports.opaWasmAbiMinorVersion().getValue();
    if (major != ABI_MAJOR || minor < ABI_MINOR) {
      throw new UnsupportedPolicyException(
          "OPA WebAssembly ABI: %d.%d (expected: 1.3 or a later 1.x)".formatted(major, minor));
    }
  }

  /** The builtins that the module calls, name to id, as JSON. */
  String builtinIds() {
    return readText(exports.opaJsonDump(exports.builtins()));
  }

  /** The entrypoints that the module has, path to id, as JSON. */
  String entrypointIds() {
    return readText(exports.opaJsonDump(exports.entrypoints()));
  }

  /** Sets what {@code opa_builtinN} calls reach, by the module's ids. */
  void useBuiltins(Map<Integer, LinkedBuiltin> byId) {
    builtins = byId;
  }

  /** How far the memory grew since the data was loaded. */
  long grownBytes() {
    return (long) (memory.pages() - pagesAfterData) * Memory.PAGE_SIZE;
  }

  /**
   * Evaluates an entrypoint.
   *
   * <p>The calls are those that {@code opa_eval} makes inside the module, one by one: {@code
   * opa_eval} ignores that the input could not be parsed and evaluates with {@code input}
   * undefined, which could satisfy a rule with {@code not}.
   *
   * @return the result set as JSON
   * @throws IllegalArgumentException when the input is no JSON
   */
  String evaluate(int entrypoint, byte[] inputJson) {
    context = null;
    exports.opaHeapPtrSet(heapAfterData);
    int input = parseJson(inputJson);
    if (input == 0) {
      throw new IllegalArgumentException("policy input: not a JSON document");
    }
    int evaluation = exports.opaEvalCtxNew();
    exports.opaEvalCtxSetData(evaluation, dataAddress);
    exports.opaEvalCtxSetInput(evaluation, input);
    exports.opaEvalCtxSetEntrypoint(evaluation, entrypoint);
    int error = exports.eval(evaluation);
    if (error != 0) {
      throw new PolicyAbortException("eval returned " + error);
    }
    return readText(exports.opaJsonDump(exports.opaEvalCtxGetResult(evaluation)));
  }

  /** Address of the parsed document, 0 when it is no JSON. */
  private int parseJson(byte[] json) {
    int text = exports.opaMalloc(json.length);
    memory.write(text, json);
    return exports.opaJsonParse(text, json.length);
  }

  private String readText(int address) {
    return memory.readCString(address, StandardCharsets.UTF_8);
  }

  private int call(int id, int... operandAddresses) {
    if (context == null) {
      context = contexts.get();
    }
    List<Term> operands = new ArrayList<>(operandAddresses.length);
    for (int address : operandAddresses) {
      operands.add(TermText.parse(readText(exports.opaValueDump(address))));
    }
    LinkedBuiltin builtin = builtins.get(id);
    if (builtin == null) {
      throw new IllegalStateException("builtin id: " + id + " is not in the module's own table");
    }
    Term result;
    try {
      result = builtin.function().call(context, operands);
    } catch (BuiltinError e) {
      LOG.debug("A call of {} is undefined: {}", builtin.name(), e.getMessage());
      return 0;
    }
    byte[] text = TermText.print(result).getBytes(StandardCharsets.UTF_8);
    int address = exports.opaMalloc(text.length);
    memory.write(address, text);
    int value = exports.opaValueParse(address, text.length);
    if (value == 0) {
      throw new IllegalStateException("result of " + builtin.name() + ": no Rego value");
    }
    return value;
  }

  @Override
  public OpaWasm_Env env() {
    return this;
  }

  @Override
  public Memory memory() {
    return memory;
  }

  @Override
  public void opaAbort(int message) {
    throw new PolicyAbortException(readText(message));
  }

  @Override
  public int opaBuiltin0(int id, int ignored) {
    return call(id);
  }

  @Override
  public int opaBuiltin1(int id, int ignored, int first) {
    return call(id, first);
  }

  @Override
  public int opaBuiltin2(int id, int ignored, int first, int second) {
    return call(id, first, second);
  }

  @Override
  public int opaBuiltin3(int id, int ignored, int first, int second, int third) {
    return call(id, first, second, third);
  }

  @Override
  public int opaBuiltin4(int id, int ignored, int first, int second, int third, int fourth) {
    return call(id, first, second, third, fourth);
  }
}
