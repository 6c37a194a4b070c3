package helmgate.authz_test

import data.helmgate.authz

reads := {"GetApp", "GetHistory", "SearchApps"}

writes := {"InstallApp", "UpdateApp", "RollbackApp", "UninstallApp"}

methods := reads | writes

request("GetHistory", namespace) := {"ref": {"namespace": namespace, "name": "web"}}

request(method, namespace) := {"namespace": namespace, "name": "web"} if method != "GetHistory"

call(groups, method, namespace) := {
	"claims": {"sub": "someone", "groups": groups},
	"method": concat("/", ["", "helmgate.HelmProxyService", method]),
	"request": request(method, namespace),
}

allowed(groups, namespace) := {method |
	some method in methods
	authz.allow with input as call(groups, method, namespace)
}

test_platform_may_do_everything if {
	allowed(["platform"], "team-a") == methods
	allowed(["platform"], "kube-system") == methods
}

test_platform_may_search_all_namespaces if {
	authz.allow with input as {
		"claims": {"sub": "alice", "groups": ["platform"]},
		"method": "/helmgate.HelmProxyService/SearchApps",
		"request": {},
	}
}

test_team_may_do_everything_in_its_own_namespace if {
	allowed(["team-a"], "team-a") == methods
}

test_team_may_do_nothing_elsewhere if {
	allowed(["team-a"], "team-b") == set()
	allowed(["team-a"], "kube-system") == set()
	allowed(["team-a"], "") == set()
}

test_two_teams_have_two_namespaces if {
	allowed(["team-a", "team-b"], "team-b") == methods
}

test_group_that_is_no_team_has_no_namespace if {
	allowed(["kube-system"], "kube-system") == set()
	allowed(["system:masters"], "system:masters") == set()
}

test_readers_may_only_read if {
	allowed(["readers"], "team-a") == reads
}

test_only_platform_may_search_all_namespaces if {
	every groups in [["team-a"], ["readers"], ["system:masters"], []] {
		not authz.allow with input as {
			"claims": {"sub": "someone", "groups": groups},
			"method": "/helmgate.HelmProxyService/SearchApps",
			"request": {},
		}
	}
}

test_history_of_another_team_is_refused if {
	not authz.allow with input as call(["team-a"], "GetHistory", "team-b")
}

test_request_that_names_two_namespaces_is_refused if {
	not authz.allow with input as {
		"claims": {"sub": "bob", "groups": ["team-a"]},
		"method": "/helmgate.HelmProxyService/GetHistory",
		"request": {"namespace": "team-a", "ref": {"namespace": "team-b", "name": "web"}},
	}
}

test_charts_are_for_those_who_deploy_or_read if {
	every group in ["platform", "team-a", "readers"] {
		authz.allow with input as search_charts([group])
	}
	not authz.allow with input as search_charts(["system:masters"])
	not authz.allow with input as search_charts([])
}

search_charts(groups) := {
	"claims": {"sub": "someone", "groups": groups},
	"method": "/helmgate.HelmProxyService/SearchCharts",
	"request": {},
}

test_anyone_with_a_token_may_look_at_the_api if {
	every method in [
		"graphql/Introspect",
		"openapi/Describe",
		"/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
		"/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
	] {
		authz.allow with input as {"claims": {"sub": "someone"}, "method": method, "request": {}}
		not authz.allow with input as {"method": method, "request": {}}
	}
}

test_unknown_method_is_refused if {
	not authz.allow with input as {
		"claims": {"sub": "carol", "groups": ["readers"]},
		"method": "/helmgate.HelmProxyService/DeleteEverything",
		"request": {"namespace": "team-a"},
	}
}

test_nothing_is_refused if {
	not authz.allow with input as {}
}

v1_call(groups, method, field, name) := {
	"claims": {"sub": "someone", "groups": groups},
	"method": concat("/", ["", concat(".", ["helmgate.deployer.v1", method])]),
	"request": {field: name},
}

test_team_may_do_everything_in_its_own_namespace_of_v1 if {
	every method in ["ReleaseService/InstallRelease", "ReleaseService/ListReleases"] {
		authz.allow with input as v1_call(["team-a"], method, "parent", "clusters/default/namespaces/team-a")
	}
	every method in ["ReleaseService/UpgradeRelease", "OperationService/CancelOperation"] {
		authz.allow with input as v1_call(["team-a"], method, "name", "clusters/default/namespaces/team-a/releases/web")
	}
}

test_team_may_do_nothing_elsewhere_in_v1 if {
	every name in [
		"clusters/default/namespaces/team-b/releases/web",
		"clusters/default/namespaces/-/releases/web",
		"clusters/default/namespaces//releases/web",
		"namespaces/team-a/releases/web",
		"clusters/default/x/team-a/releases/web",
		"team-a",
		"",
	] {
		not authz.allow with input as v1_call(["team-a"], "ReleaseService/GetRelease", "name", name)
	}
	not authz.allow with input as object.union(
		v1_call(["team-a"], "ReleaseService/GetRelease", "name", "clusters/default/namespaces/team-b/releases/web"),
		{"request": {
			"parent": "clusters/default/namespaces/team-a",
			"name": "clusters/default/namespaces/team-b/releases/web",
		}},
	)
}

test_readers_may_only_read_v1 if {
	name := "clusters/default/namespaces/team-a/releases/web"
	authz.allow with input as v1_call(["readers"], "ReleaseService/GetRelease", "name", name)
	authz.allow with input as v1_call(["readers"], "OperationService/WatchOperation", "name", name)
	not authz.allow with input as v1_call(["readers"], "ReleaseService/UpgradeRelease", "name", name)
	not authz.allow with input as v1_call(["readers"], "OperationService/CancelOperation", "name", name)
	not authz.allow with input as v1_call(["readers"], "ReleaseService/ListReleases", "parent", "clusters/default/namespaces/-")
}

test_charts_and_repositories_are_for_those_who_deploy_or_read if {
	every call in [
		["ChartService/ListCharts", "parent", "repositories/-"],
		["ChartService/ListChartVersions", "parent", "repositories/main/charts/web"],
		["ChartService/GetChartVersion", "name", "repositories/main/charts/web/versions/1.0.0"],
		["RepositoryService/GetRepository", "name", "repositories/main"],
	] {
		every group in ["platform", "team-a", "readers"] {
			authz.allow with input as v1_call([group], call[0], call[1], call[2])
		}
		not authz.allow with input as v1_call(["system:masters"], call[0], call[1], call[2])
		not authz.allow with input as v1_call([], call[0], call[1], call[2])
	}
}

test_clusters_are_for_those_who_deploy_or_read if {
	every call in [
		["ClusterService/ListClusters", "view", "name"],
		["ClusterService/GetCluster", "name", "clusters/production"],
	] {
		every group in ["platform", "team-a", "readers"] {
			authz.allow with input as v1_call([group], call[0], call[1], call[2])
		}
		not authz.allow with input as v1_call(["system:masters"], call[0], call[1], call[2])
		not authz.allow with input as v1_call([], call[0], call[1], call[2])
	}
}

test_a_namespace_is_its_teams_on_every_cluster if {
	every cluster in ["default", "production", "-"] {
		own := concat("/", ["clusters", cluster, "namespaces/team-a"])
		others := concat("/", ["clusters", cluster, "namespaces/team-b"])
		all := concat("/", ["clusters", cluster, "namespaces/-"])
		authz.allow with input as v1_call(["team-a"], "ReleaseService/ListReleases", "parent", own)
		not authz.allow with input as v1_call(["team-a"], "ReleaseService/ListReleases", "parent", others)
		not authz.allow with input as v1_call(["team-a"], "ReleaseService/ListReleases", "parent", all)
		authz.allow with input as v1_call(["platform"], "ReleaseService/ListReleases", "parent", all)
	}
}

test_only_platform_may_refresh_repositories if {
	authz.allow with input as v1_call(["platform"], "RepositoryService/RefreshRepository", "name", "repositories/main")
	every name in ["repositories/main", "repositories/team-a", "namespaces/team-a"] {
		not authz.allow with input as v1_call(["team-a"], "RepositoryService/RefreshRepository", "name", name)
		not authz.allow with input as v1_call(["readers"], "RepositoryService/RefreshRepository", "name", name)
	}
}

# A preview is judged as the write that it previews: by its namespace, and not for readers.
test_previews_are_for_those_who_may_write if {
	parent := "clusters/default/namespaces/team-a"
	name := "clusters/default/namespaces/team-a/releases/web"
	authz.allow with input as v1_call(["team-a"], "PlanService/PreviewInstall", "parent", parent)
	not authz.allow with input as v1_call(["team-b"], "PlanService/PreviewInstall", "parent", parent)
	every method in ["PlanService/PreviewUpgrade", "PlanService/PreviewRollback"] {
		authz.allow with input as v1_call(["team-a"], method, "name", name)
		not authz.allow with input as v1_call(["team-b"], method, "name", name)
		not authz.allow with input as v1_call(["readers"], method, "name", name)
	}
}
