# The short way in; CMake presets and tools/ do the work. `make` alone lists the targets.

HOST := 127.0.0.1
PORT := 8080
DATA := data
SECONDS := 60
FILTER := .
server  := build/release/bin/kalamdb-server

.DEFAULT_GOAL := help
.PHONY: help run build test bench load format lint fuzz clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

run: build ## build, then start the server (HOST=127.0.0.1 PORT=8080 DATA=data); Ctrl-C stops it
	exec $(server) --host $(HOST) --port $(PORT) --data $(DATA)

build: ## install what is missing, build the programs into build/release/bin
	tools/setup
	tools/build programs

test: ## everything CI checks, from set-up to fuzzers (minutes); one stage: tools/check STAGE
	tools/check

bench: ## run the benchmarks, JSON into bench/results (FILTER=regular expression of their names)
	tools/setup test
	tools/build all
	tools/bench --filter '$(FILTER)'

load: ## how to put load on a server that runs, and to measure what clients see
	@awk '/^```sh/ {code = 1; next} /^```/ {exit} code' bench/load/README.md

format: ## lay out the sources
	tools/format

lint: ## clang-tidy over all sources; changed ones only: tools/lint --changed
	tools/lint

fuzz: ## run each fuzzer on its corpus for SECONDS=60; new finds stay in build/fuzz/found
	tools/fuzz --seconds $(SECONDS)

clean: ## remove what was built (not .deps, not data)
	rm -rf build
