/**
 * extauthz: decides for Envoy whether a request may pass.
 *
 * <p>The way of a request, in the order of packages: {@code check} (Envoy in and out), {@code
 * profile} (the steps), {@code token} and {@code keys} (who calls), {@code call} (what is called),
 * {@code input} and {@code policy} (may he), {@code decision} (the answer), {@code record} (what is
 * remembered). This package puts the objects together and starts and stops them.
 */
@NullMarked
package io.helmgate.extauthz;

import org.jspecify.annotations.NullMarked;
