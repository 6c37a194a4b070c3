package helmgate.playground_test

import data.helmgate.playground

get(path) := {"attributes": {"request": {"http": {"method": "GET", "path": path}}}}

test_page_and_its_assets_are_for_anybody if {
	every path in [
		"/playground",
		"/playground/main-0A1B2C3D.js",
		"/playground/style-0A1B2C3D.css",
		"/playground/code.icon-0A1B2C3D.woff2",
	] {
		playground.allow with input as get(path)
	}
}

test_nothing_else_is if {
	every path in [
		"/",
		"/graphql",
		"/playground/",
		"/playground?query",
		"/playground/main.js",
		"/playground/main-0a1b2c3d.js",
		"/playground/../graphql-0A1B2C3D.js",
		"/playground/main-0A1B2C3D.js?x",
		"/playground/main-0A1B2C3D.js/apps",
		"/playground/a/main-0A1B2C3D.js",
		"/playground/main-0A1B2C3D.html",
		"/playground/main%2f-0A1B2C3D.js",
	] {
		not playground.allow with input as get(path)
	}
}

test_only_get_is if {
	every method in ["POST", "PUT", "DELETE", "HEAD", "OPTIONS"] {
		not playground.allow with input as {"attributes": {"request": {"http": {
			"method": method,
			"path": "/playground",
		}}}}
	}
}
