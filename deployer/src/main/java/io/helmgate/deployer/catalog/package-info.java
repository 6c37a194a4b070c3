/**
 * What there is in chart repositories: charts, their versions, what these hold and who signed them.
 * Domain: queries come in, pages and details go out; how a repository is read is the business of
 * {@code io.helmgate.deployer.chart}.
 */
@NullMarked
package io.helmgate.deployer.catalog;

import org.jspecify.annotations.NullMarked;
