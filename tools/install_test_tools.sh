#!/usr/bin/env bash
# Gets the browser, the Chinese font and the npm packages that some tests need, where that is possible; says so where it is not.
# Never fails.
set -uo pipefail
cd "$(dirname "$0")/.."

has_browser() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }
has_font() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh family)" ]; }

if ! has_browser || ! has_font; then
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        echo "Installing Chromium and a Chinese font for the browser tests"
        export DEBIAN_FRONTEND=noninteractive
        log=$(mktemp)
        # shellcheck disable=SC2015  # either step failing is the same to us
        apt-get -o DPkg::Lock::Timeout=300 update >"$log" 2>&1 \
            && apt-get -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends chromium fontconfig fonts-noto-cjk >>"$log" 2>&1 \
            || tail -n 5 "$log"
        rm -f "$log"
    fi
    if ! has_browser || ! has_font; then
        echo "SKIPPED: the browser tests, for want of Chromium or a Chinese font. On Debian, as root: apt-get install chromium fonts-noto-cjk"
    fi
fi
# npm's packages in a folder of the tests: what they are, and which tests wait for them
from_npm() {
    local folder=$1 what=$2 tests=$3 installed=$1/node_modules/.package-lock.json
    [ -e "$installed" ] && [ ! "$folder/package-lock.json" -nt "$installed" ] && command -v node >/dev/null && return
    if command -v npm >/dev/null; then
        echo "Installing $what for $tests"
        npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error && touch -c "$installed" && return
    fi
    echo "SKIPPED: $tests, for want of $what. With Node.js: npm ci --prefix $folder"
}
from_npm tests/plans/editor "the YAML language server" "the tests that open plans in an editor"
from_npm tests/plans/sarif_standard "the SARIF schema" "the test of SARIF against its standard"
from_npm tests/plans/mermaid "Mermaid" "the tests that have it draw the task graphs"
from_npm tests/notifications/smsc "an SMPP gateway that we did not write" "the tests of our SMPP channel against it"
exit 0
