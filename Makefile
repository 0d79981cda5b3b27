# Every line is a command that a person could type.

# Keeps pyright from asking the package index for a newer pyright.
export PYRIGHT_PYTHON_IGNORE_WARNINGS = 1
# Images of Python set it; each process would then compile the SDK anew, which takes seconds.
unexport PYTHONDONTWRITEBYTECODE

VERSION = $(shell sed -n 's/^version = "\(.*\)".*/\1/p' pyproject.toml)
NEWEST = .build/newest
PACK_TESTS = pack linked levels configuration remedies report wire
# The vendor's language hosts are beside its CLI.
HOSTS = $(dir $(realpath .tools/bin/pulumi)):$(CURDIR)/.build/languages
SPREAD = -n auto --maxprocesses 4 --dist loadgroup --no-loadscope-reorder

.PHONY: help setup env up dev status logs open verify down preview test test-newest newest-engine test-languages mutants test-examples lint wheel dist lock bench

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

setup: ## .venv and .tools/bin: Python packages, pulumi, the web adapter
	python3 -m tools.setup

env: setup ## print variables for plain pulumi commands on the local stack
	.venv/bin/python -m local env

up: setup ## local AWS and local stack up; prints the URL (V=1: everything)
	.venv/bin/python -m local up

dev: setup ## make up, then serve each change as it is saved, until Ctrl-C
	.venv/bin/python -m local dev

status: setup ## what runs: version, slots in use, addresses, logs
	.venv/bin/python -m local status

logs: setup ## follow the logs of the functions, until Ctrl-C
	.venv/bin/python -m local logs

open: setup ## reach a closed stack from a browser: STACK=dev, until Ctrl-C
	.venv/bin/python -m tools.open "$(or $(STACK),local)" $(PORT)

verify: setup ## check a stack that is up by calling it: STACK=dev (STREAM=/path, SATURATE=1)
	.venv/bin/python -m tools.verify "$(or $(STACK),local)" --path "$(or $(STREAM),/)" $(if $(SATURATE),--saturate)

down: setup ## destroy the local stack, stop the local AWS
	.venv/bin/python -m local down

preview: setup ## preview the local stack with the policy pack
	.venv/bin/python -m local preview

lint: setup ## ruff, import directions and pyright
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/lint-imports --no-logo
	.venv/bin/python -m pyright

test: lint ## all checks and tests
	.venv/bin/python -m testing.node
	.venv/bin/python -m pytest $(SPREAD) --cov --cov-report= -m "not examples and not languages"
	.venv/bin/python -m testing.coverage_floors

test-newest: setup ## the policy pack under the newest SDK and engine that can be had
	.venv/bin/python -m pip install --quiet --upgrade --target $(NEWEST)/sdk pulumi pulumi-policy
	PYTHONPATH=$(NEWEST)/sdk .venv/bin/python -c "from pulumi.automation import PulumiCommand; PulumiCommand.install('$(NEWEST)')" 2>$(NEWEST)/install.log || { echo "Pulumi's site is out of reach ($(NEWEST)/install.log): the newest engine is built from its Go module."; $(MAKE) newest-engine; }
	PYTHONPATH="$(CURDIR)/$(NEWEST)/sdk" PULUMI_ENGINE_FOLDER="$(CURDIR)/$(NEWEST)/bin" .venv/bin/python -m pytest -n 0 $(PACK_TESTS:%=tests/policies/test_%.py)

newest-engine: # where the vendor's site is out of reach: built from its Go module, beside our host
	mkdir -p $(NEWEST)/bin && cp tools/offline/go.mod tools/offline/go.sum .tools/bin/pulumi-language-python $(NEWEST)/bin
	cd $(NEWEST)/bin && go get github.com/pulumi/pulumi/pkg/v3@latest github.com/pulumi/pulumi/sdk/v3@latest
	cd $(NEWEST)/bin && CGO_ENABLED=0 GOWORK=off go build -mod=mod -trimpath -o pulumi github.com/pulumi/pulumi/pkg/v3/cmd/pulumi

test-languages: setup ## StreamingService from YAML, TypeScript and Go
	PATH="$$PATH:$(HOSTS)" command -v pulumi-language-yaml || (cd tools/offline/yaml && GOWORK=off go build -mod=readonly -trimpath -o ../../../.build/languages/ github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml)
	PATH="$$PATH:$(HOSTS)" .venv/bin/python -m pytest -n 0 -m languages

mutants: setup ## change the code in small ways, and list what no test notices (PART=sizing)
	.venv/bin/python -m testing.mutants $(PART)

test-examples: setup ## bring the examples up, use them, take them down
	.venv/bin/python -m pytest $(SPREAD) -m examples

wheel: setup ## dist/lmi_streaming-VERSION-py3-none-any.whl
	cd packaging && ../.venv/bin/python -m hatchling build -t wheel -d ../dist

dist: wheel ## dist/: the wheel, archives of plugin and policy pack, SBOM, checksums
	git archive --prefix=lmi-streaming-plugin-$(VERSION)/ -o dist/lmi-streaming-plugin-$(VERSION).tar.gz HEAD plugin infra policies/lmi/__init__.py policies/lmi/facts pyproject.toml requirements.txt LICENSE
	git archive --prefix=lmi-policies-$(VERSION)/ -o dist/lmi-policies-$(VERSION).tar.gz HEAD:policies
	.venv/bin/uv pip sync --quiet --target .build/sbom --require-hashes packaging/sbom.txt
	PYTHONPATH=.build/sbom .venv/bin/python -m cyclonedx_py requirements requirements.txt --output-reproducible -o dist/lmi-streaming-$(VERSION).cdx.json
	cd dist && sha256sum *-$(VERSION)*.whl *-$(VERSION).* > SHA256SUMS

lock: setup ## write requirements.txt from requirements.in (FOLDER=app)
	.venv/bin/python -m tools.lock "$(or $(FOLDER),app)"

bench: setup ## run all benchmarks, and write docs/benchmarks
	.venv/bin/python -m bench all
