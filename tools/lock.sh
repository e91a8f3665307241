#!/usr/bin/env bash
# Writes requirements/*.lock from pyproject.toml and requirements/bootstrap.in: every version, with hashes, for Python 3.11 and newer.
# What is locked already stays unless it no longer fits; arguments go to uv (--upgrade, --upgrade-package NAME).
set -euo pipefail
cd "$(dirname "$0")/.."

compile() {
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@"
}

compile "$@" --group dev pyproject.toml requirements/bootstrap.in --output-file requirements/development.lock
# The other two are parts of the first, so that all three always name the same versions.
compile --constraint requirements/development.lock pyproject.toml --output-file requirements/runtime.lock
compile --constraint requirements/development.lock requirements/bootstrap.in --output-file requirements/bootstrap.lock
compile --constraint requirements/development.lock --group fuzz --output-file requirements/fuzz.lock
