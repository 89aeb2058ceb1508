# A thin front of CMake, ctest and the scripts: `make help` lists what there is.
# Everything installs what it needs (Debian, root or sudo) and works offline once that is there.

PREFIX ?= /usr/local
DESTDIR ?=
SEED ?= 1
JOBS := jobs/ctr_by_campaign.sql jobs/ctr_by_campaign_live.sql jobs/engagement_by_device.sql
RELEASE := build/release
WEIR := $(RELEASE)/weir
PARALLEL := $(shell nproc 2>/dev/null || echo 2)

.DEFAULT_GOAL := help
.PHONY: help build run run-real test test-flink asan fuzz bench format lint install uninstall clean

help: ## list the targets
	@printf 'weir: the click-through rate of every campaign, this minute, from raw ad events\n\n'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build the binary, build/release/weir
	@tools/install_packages.sh build
	@tools/build.sh release weir

run: build ## ten minutes of sample ad events through the jobs, and a report
	@tools/run_sample.sh $(WEIR) $(SEED) $(JOBS)

run-real: build ## the same jobs on a real ad log, the Open Bandit Dataset (fetched)
	@tools/install_packages.sh real
	@tools/run_real.sh $(WEIR) $(JOBS)

test: ## build with warnings as errors and run every test
	@tools/install_packages.sh build test
	@tools/build.sh release all
	@ctest --test-dir $(RELEASE) --output-on-failure --parallel $(PARALLEL)

test-flink: build ## the golden cases and the jobs on the real Flink, compared with weir
	@tools/install_packages.sh flink
	@tests/flink/run.sh $(WEIR)

asan: ## every test under AddressSanitizer and UndefinedBehaviorSanitizer
	@tools/install_packages.sh build test
	@tools/build.sh asan all
	@ctest --test-dir build/asan --output-on-failure --parallel $(PARALLEL)

fuzz: ## a minute of libFuzzer for each target (FUZZ_SECONDS=60)
	@tools/install_packages.sh build fuzz
	@tools/build.sh fuzz all
	@tests/fuzz/run.sh build/fuzz $${FUZZ_SECONDS:-60}

bench: build ## throughput, memory and instructions against limit.c, DuckDB and Flink
	@tools/install_packages.sh bench flink
	@bench/run.sh $(WEIR)

format: ## reformat the C sources
	@tools/install_packages.sh lint
	@clang-format-14 -i $$(git ls-files --cached --others --exclude-standard '*.[ch]')

lint: ## formatting, clang-tidy, shellcheck and the include directions
	@tools/install_packages.sh build test lint
	@tools/lint.sh

install: build ## install the binary, its man page and the jobs under PREFIX (DESTDIR is honoured)
	install -D -m 755 $(WEIR) '$(DESTDIR)$(PREFIX)/bin/weir'
	install -D -m 644 docs/weir.1 '$(DESTDIR)$(PREFIX)/share/man/man1/weir.1'
	install -d '$(DESTDIR)$(PREFIX)/share/weir/jobs/tables'
	install -m 644 jobs/*.sql '$(DESTDIR)$(PREFIX)/share/weir/jobs'
	install -m 644 jobs/tables/*.sql '$(DESTDIR)$(PREFIX)/share/weir/jobs/tables'

uninstall: ## remove what install put there
	rm -f '$(DESTDIR)$(PREFIX)/bin/weir' '$(DESTDIR)$(PREFIX)/share/man/man1/weir.1'
	rm -rf '$(DESTDIR)$(PREFIX)/share/weir'

clean: ## remove builds, sample data and results
	rm -rf build data
