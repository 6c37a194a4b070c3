# Helmgate. `make help` lists what can be made.
SHELL := /bin/bash
JAVA_HOME := $(shell .mvn/find-jdk)
ifeq ($(JAVA_HOME),)
$(error No JDK 25 was found: install one, such as Temurin 25, or set JAVA_HOME to it)
endif
export JAVA_HOME
MVN := mvn --batch-mode --no-transfer-progress

.DEFAULT_GOAL := help
.PHONY: help package test quick soak docs tools browser sandbox bench-extauthz bench-deployer format clean

help: ## lists these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

package: tools ## builds the programs of both services: TARGET/dist/bin
	$(MVN) --quiet --projects extauthz,deployer --also-make package -DskipTests

test: tools browser ## every gate and every test, end to end
	$(MVN) verify

quick: tools ## gates and unit tests
	$(MVN) test

soak: tools browser ## the tests that take their length from a property, at full length
	$(MVN) verify -Dhelmgate.soak=true -Djqwik.tries.default=50000

docs: tools ## rewrites the lists in docs/ that tests hold against the code
	$(MVN) test --projects extauthz --also-make -Dtest=BuiltinListTest -DfailIfNoTests=false -Dsurefire.failIfNoSpecifiedTests=false -Dhelmgate.docs.write=true

tools: .tools/made ## builds or unpacks the third-party programs, once; kept outside the checkout

# Broken links mean that the cache went away.
ifneq ($(shell find -L .tools -type l 2>/dev/null),)
.PHONY: .tools/made
endif
.tools/made: $(shell find deploy/sandbox/tools deploy/sandbox/src/main/java/io/helmgate/sandbox/tools deployer/src/main/playground/package-lock.json -type f)
	$(JAVA_HOME)/bin/java deploy/sandbox/src/main/java/io/helmgate/sandbox/tools/InstallTools.java
	@touch $@

# The playground's tests use it; a package manager alone can install it.
browser:
	@for program in chromium chromedriver; do command -v $$program > /dev/null || { \
	  echo "$$program: not on the PATH (expected: apt-get install chromium chromium-driver)"; exit 1; }; done

sandbox: tools ## starts the whole system on this machine, until Ctrl-C
	$(MVN) --quiet --projects deploy/sandbox,extauthz,deployer --also-make package -DskipTests
	@exec deploy/sandbox/target/dist/bin/sandbox $(SANDBOX_OPTIONS)

bench-extauthz: tools ## measures extauthz beside others, about 10 minutes; BENCH_OPTIONS=--help lists what can be chosen
	$(MVN) --quiet --projects deploy/bench,extauthz --also-make package -DskipTests
	@exec deploy/bench/target/dist/bin/bench extauthz $(BENCH_OPTIONS)

bench-deployer: tools ## measures the deployer beside helm, about 5 minutes; BENCH_OPTIONS=--help lists what can be chosen
	$(MVN) --quiet --projects deploy/bench,extauthz,deployer --also-make package -DskipTests
	@exec deploy/bench/target/dist/bin/bench deployer $(BENCH_OPTIONS)

format: ## formats the sources
	$(MVN) spotless:apply

clean: ## removes what was built in this checkout
	$(MVN) clean
