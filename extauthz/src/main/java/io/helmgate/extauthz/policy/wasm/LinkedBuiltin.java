package io.helmgate.extauthz.policy.wasm;

import io.helmgate.extauthz.policy.wasm.builtin.Builtin;

/** A builtin that a module calls. */
record LinkedBuiltin(String name, Builtin function) {}
