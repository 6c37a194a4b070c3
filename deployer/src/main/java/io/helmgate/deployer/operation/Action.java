package io.helmgate.deployer.operation;

import io.helmgate.deployer.release.Write;

/** What was asked for. */
public enum Action {
  INSTALL,
  UPGRADE,
  ROLLBACK,
  UNINSTALL,
  UNLOCK,
  TEST;

  static Action of(Write write) {
    return switch (write) {
      case Write.Install _ -> INSTALL;
      case Write.Upgrade _ -> UPGRADE;
      case Write.Rollback _ -> ROLLBACK;
      case Write.Uninstall _ -> UNINSTALL;
      case Write.Unlock _ -> UNLOCK;
      case Write.Test _ -> TEST;
    };
  }
}
