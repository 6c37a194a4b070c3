package io.helmgate.deployer.operation;

import java.time.Duration;

/**
 * How operations are run.
 *
 * @param replica a name of this process that no other one has, nor had
 * @param running how many run at a time
 * @param retention how long they are kept once they have ended
 * @param drain how long those that run are waited for when the service stops
 */
public record OperationSettings(String replica, int running, Duration retention, Duration drain) {}
