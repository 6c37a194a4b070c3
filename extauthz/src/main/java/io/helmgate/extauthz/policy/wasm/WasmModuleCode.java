package io.helmgate.extauthz.policy.wasm;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.MemoryImport;
import java.util.function.Function;

/**
 * A module compiled to Java byte code, once for all of its instances (about 0.8 s).
 *
 * @param machines makes the code of an instance
 * @param initialPages memory that an instance begins with, in pages of 64 KiB
 * @param dataJson the base documents
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record WasmModuleCode(
    WasmModule module, Function<Instance, Machine> machines, int initialPages, byte[] dataJson) {

  static WasmModuleCode compile(byte[] wasm, byte[] dataJson) {
    WasmModule module = Parser.parse(wasm);
    int pages =
        module.importSection().stream()
            .filter(MemoryImport.class::isInstance)
            .mapToInt(memory -> ((MemoryImport) memory).limits().initialPages())
            .max()
            .orElse(0);
    // A function too large for a Java method is interpreted: slower, never wrong.
    Function<Instance, Machine> machines =
        MachineFactoryCompiler.builder(module)
            .withInterpreterFallback(InterpreterFallback.SILENT)
            .compile();
    return new WasmModuleCode(module, machines, pages, dataJson);
  }
}
