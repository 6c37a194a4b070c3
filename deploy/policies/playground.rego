# What anybody may fetch without a token: the playground's page and its assets. The path is the one
# that was sent, with its query, so nothing can be appended.
package helmgate.playground

default allow := false

allow if {
	input.attributes.request.http.method == "GET"
	regex.match(
		`^/playground(/[A-Za-z0-9._-]+-[A-Z0-9]{8}\.(css|js|png|svg|ttf|woff2?))?$`,
		input.attributes.request.http.path,
	)
}
