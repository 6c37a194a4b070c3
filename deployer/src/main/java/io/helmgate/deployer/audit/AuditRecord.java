package io.helmgate.deployer.audit;

import com.google.rpc.Code;
import io.helmgate.deployer.release.Caller;
import java.time.Duration;

/**
 * One executed call.
 *
 * @param action RPC name, such as InstallApp
 * @param target what it was about
 * @param revision the release's revision afterwards; 0 when the call answers none
 * @param chartVersion the chart's version afterwards; empty when the call answers none
 * @param operation id of the operation that the call started, or was about; empty when there is
 *     none
 * @param outcome OK or the code of the fault
 * @param message the fault's message; empty when OK
 */
public record AuditRecord(
    Caller caller,
    String transport,
    String requestId,
    String action,
    AuditTarget target,
    int revision,
    String chartVersion,
    String operation,
    Code outcome,
    String message,
    Duration duration) {}
