# Asks for headers by names that are not known before, so that all headers are part of the input, and
# for all claims, as policies do that look around in them.
package helmgate.authz

default allow := false

allow if {
	input.attributes.request.http.method == "GET"
	some name in {"x-tenant", "x-organisation"}
	input.headers[name] == input.claims.org
	some claim in {"groups", "roles"}
	"team-a" in input.claims[claim]
}
