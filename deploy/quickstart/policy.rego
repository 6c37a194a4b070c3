# Who may do what with people. opa-envoy-plugin would decide the same by this file.
package envoy.authz

default allow := false

# Whoever has a valid token may read.
allow if input.attributes.request.http.method == "GET"

# Admins may write, but not about themselves.
allow := {"allowed": true, "headers": {"x-role": "admin"}} if {
	input.attributes.request.http.method == "POST"
	input.parsed_path == ["people"]
	input.claims.role == "admin"
	input.parsed_body.name != input.claims.sub
}
