#!/usr/bin/env bash
# Makes .venv hold exactly what the locks name, and the project itself as an editable install. Nothing unlocked is fetched.
set -euo pipefail
cd "$(dirname "$0")/.."

is_usable() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3.11 python3.12 python3.13 python3.14 python3; do
        if is_usable "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    cat >&2 <<'TEXT'
Tocsin needs Python 3.11 or newer with its venv module, and found none.
  Debian, Ubuntu: apt-get install python3 python3-venv
  elsewhere: install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3 …
TEXT
    exit 2
}

# A .venv whose interpreter has gone, or is too old, is made anew.
if ! is_usable .venv/bin/python; then
    python=$(find_python)
    echo "Creating .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
fi

echo "Installing what requirements/*.lock name into .venv"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/bootstrap.lock

# The project's own interpreter, whatever environment the caller is in.
export VIRTUAL_ENV="$PWD/.venv"
# Building with what bootstrap.lock holds keeps build requirements as locked as the rest.
uv=(.venv/bin/uv pip --quiet)
# compiled now, so that the first start is as fast as every other
"${uv[@]}" sync --compile-bytecode --require-hashes --no-build-isolation requirements/development.lock
"${uv[@]}" install --no-deps --no-build-isolation --editable .
.venv/bin/python -m compileall -q alerts flows notifications plans resources service store
