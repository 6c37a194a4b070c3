/**
 * What is remembered of decisions: metrics, and a record of each in the form of OPA's decision log.
 *
 * <p>In go {@link io.helmgate.extauthz.profile.Trail}s; out come counters, timers and lines of
 * JSON. Secrets are masked before anything is written. Writing happens on a thread of its own
 * behind a bounded queue: a sink that is stuck costs records, which are counted, and nothing else.
 */
@NullMarked
package io.helmgate.extauthz.record;

import org.jspecify.annotations.NullMarked;
