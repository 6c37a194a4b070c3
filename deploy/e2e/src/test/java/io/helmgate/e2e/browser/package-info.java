/**
 * A real browser, as a person has it, and what it did.
 *
 * <p>In: addresses, and what a person does there. Out: what stands on the screen, what broke the
 * page's policy, and every request that left. Knows Selenium, nothing of Helmgate.
 */
@NullMarked
package io.helmgate.e2e.browser;

import org.jspecify.annotations.NullMarked;
