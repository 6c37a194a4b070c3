# Asks for all claims, as policies do that look around in them, so that the input grows with the
# caller's groups; of the headers it reads one.
package helmgate.authz

default allow := false

allow if {
	input.attributes.request.http.method == "GET"
	input.headers["x-tenant"] == input.claims.org
	some claim in {"groups", "roles"}
	"team-a" in input.claims[claim]
}
