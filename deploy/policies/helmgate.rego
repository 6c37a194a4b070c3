# Who may call what. Input: claims of the verified token, the decoded call, its full method name and
# its request as proto JSON, the same on gRPC, REST and GraphQL.
package helmgate.authz

default allow := false

# The platform group may do everything.
allow if "platform" in groups

# A team may do everything in the namespace of its name.
allow if {
	some team in groups
	startswith(team, "team-")
	namespaces == {team}
}

# Readers may read, in the namespaces that they name; Kubernetes says which of them they may see.
allow if {
	"readers" in groups
	input.method in {
		"/helmgate.HelmProxyService/GetApp",
		"/helmgate.HelmProxyService/GetHistory",
		"/helmgate.HelmProxyService/SearchApps",
		"/helmgate.deployer.v1.ReleaseService/GetRelease",
		"/helmgate.deployer.v1.ReleaseService/ListReleases",
		"/helmgate.deployer.v1.ReleaseService/ListReleaseRevisions",
		"/helmgate.deployer.v1.OperationService/GetOperation",
		"/helmgate.deployer.v1.OperationService/ListOperations",
		"/helmgate.deployer.v1.OperationService/WaitOperation",
		"/helmgate.deployer.v1.OperationService/WatchOperation",
	}
	count(namespaces) == 1
	not "-" in namespaces
}

# Who has something to deploy or to read may look at charts, their repositories, and clusters.
allow if {
	some group in groups
	works_here(group)
	input.method in {
		"/helmgate.HelmProxyService/SearchCharts",
		"/helmgate.deployer.v1.ChartService/ListCharts",
		"/helmgate.deployer.v1.ChartService/ListChartVersions",
		"/helmgate.deployer.v1.ChartService/GetChartVersion",
		"/helmgate.deployer.v1.RepositoryService/ListRepositories",
		"/helmgate.deployer.v1.RepositoryService/GetRepository",
		"/helmgate.deployer.v1.ClusterService/ListClusters",
		"/helmgate.deployer.v1.ClusterService/GetCluster",
	}
}

works_here("readers")

works_here(group) if startswith(group, "team-")

# What the API looks like is no secret to anyone with a token.
allow if {
	authenticated
	input.method in {"graphql/Introspect", "openapi/Describe"}
}

allow if {
	authenticated
	input.method in {
		"/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
		"/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
	}
}

authenticated if input.claims.sub

groups := {group | some group in input.claims.groups}

# The namespaces that a request names; none when the call looks at all of them.
namespaces contains input.request.namespace

namespaces contains input.request.ref.namespace

# clusters/{cluster}/namespaces/{namespace}/..., where "-" means all namespaces. A namespace is its
# team's on every cluster, and on all of them at once: cluster "-".
namespaces contains parts[3] if {
	some field in ["name", "parent"]
	parts := split(input.request[field], "/")
	parts[0] == "clusters"
	parts[2] == "namespaces"
}
