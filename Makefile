# Helmgate. `make help` lists what can be made.
SHELL := /bin/bash
JAVA_HOME := $(shell .mvn/find-jdk)
ifeq ($(JAVA_HOME),)
$(error No JDK 25 was found: install one, such as Temurin 25, or set JAVA_HOME to it)
endif
export JAVA_HOME
MVN := mvn --batch-mode --no-transfer-progress

.DEFAULT_GOAL := help
.PHONY: help quick format clean

help: ## lists these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

quick: ## unit tests and all gates
	$(MVN) test

format: ## formats the sources
	$(MVN) spotless:apply

clean: ## removes what was built in this checkout
	$(MVN) clean
