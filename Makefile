# What a person types. `make` alone lists the verbs.

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift

BIN := .build/release
PLANS := .build/plans
TEMPLATES := .build/templates
EXECUTABLE := Examples/executable-threshold
PROFILES := $(wildcard sandbox-profiles/*.yaml)
SWIFT_SOURCES := $(wildcard Sources Tests Examples Benchmarks Package.swift)

.PHONY: help deps build test demo bench format lint install soak clean
.DEFAULT_GOAL := help

help: ## List these verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Install what is missing: Debian packages (says which and why first), and uv from PyPI
	@scripts/deps build python uv

build: deps ## Build the tools, the tests and the compiled profiles, once, as release
	$(SWIFT) build -c release --build-tests
	@$(MAKE) --no-print-directory --silent $(PLANS)/.complete $(TEMPLATES)/.complete

# Plans are read only from folders that nobody else may write to.
$(PLANS)/.complete: $(PROFILES) $(BIN)/lw-run
	umask 022 && $(BIN)/lw-run profile compile $(PROFILES) --output $(PLANS) && touch $@

# The program of the template `executable`, so that `lw-pack init` needs no compiler.
$(TEMPLATES)/.complete: $(EXECUTABLE)/learnware.yaml $(EXECUTABLE)/Makefile $(EXECUTABLE)/src/threshold.c \
		$(EXECUTABLE)/semantic_specification.json
	scripts/templates $(EXECUTABLE) $(TEMPLATES)/executable && touch $@

test: build ## Run every test, the lint, the import rules and the README's tour; with CI=true a skip is a failure
	@scripts/deps archives market browser
	scripts/without-skips $(SWIFT) test -c release --skip-build
	UV=$(CURDIR)/scripts/uv scripts/without-skips runtime/python/tests/run.sh
	@$(MAKE) --no-print-directory lint
	python3 -B -m unittest discover --quiet --start-directory scripts/tests
	scripts/check-imports
	scripts/check-readme README.md

demo: build ## Train, pack, isolate, predict; then watch three hostile learnwares be refused
	@scripts/demo

bench: demo ## Compare with the named peers in one run, and print ratios
	@scripts/deps bench
	Benchmarks/launch
	Benchmarks/pack
	Benchmarks/predict
	Benchmarks/start
	Benchmarks/specifications
	Benchmarks/search
	Benchmarks/market
	Benchmarks/reuse

format: ## Rewrite the Swift sources in the project's style
	$(SWIFT) format --in-place --recursive --parallel $(SWIFT_SOURCES)

lint: ## Check the style without changing anything
	$(SWIFT) format lint --strict --recursive --parallel $(SWIFT_SOURCES)

# Under sudo nothing is built: root's own PATH seldom has Swift, and root's files in .build would be in the way.
install: $(if $(SUDO_USER),,build) ## Install under PREFIX (default /usr/local); DESTDIR is put before it
	@scripts/install "$(DESTDIR)$(PREFIX)"

soak: build ## Run the tests that take long or download much
	@scripts/deps archives market browser vm
	LW_SOAK=1 $(SWIFT) test -c release --skip-build

clean: ## Remove everything that was built
	rm -rf .build
