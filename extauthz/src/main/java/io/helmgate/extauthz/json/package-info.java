/**
 * JSON as RFC 8259 has it, with nothing left to a parser's taste: duplicate names, trailing text
 * and lone encodings are refused, so that whoever reads the same text later reads the same.
 */
@NullMarked
package io.helmgate.extauthz.json;

import org.jspecify.annotations.NullMarked;
