#!/usr/bin/env bash
# Gets the browser, the Chinese font and the editor's language server that some tests need, where that is possible; says so where
# it is not. Never fails.
set -uo pipefail
cd "$(dirname "$0")/.."

has_browser() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }
has_font() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh family)" ]; }

editor=tests/plans/editor
has_editor() { command -v node >/dev/null && [ -e "$editor/node_modules/.package-lock.json" ] && [ ! "$editor/package-lock.json" -nt "$editor/node_modules/.package-lock.json" ]; }

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
if ! has_editor; then
    if command -v npm >/dev/null; then
        echo "Installing the YAML language server for the test that opens plans in an editor"
        npm ci --prefix "$editor" --ignore-scripts --no-audit --no-fund --loglevel=error || true
        touch -c "$editor/node_modules/.package-lock.json"
    fi
    if ! has_editor; then
        echo "SKIPPED: the tests in an editor, for want of the YAML language server. With Node.js: npm ci --prefix $editor"
    fi
fi
drawer=tests/plans/mermaid
if [ ! -e "$drawer/node_modules/.package-lock.json" ]; then
    if command -v npm >/dev/null; then
        echo "Installing Mermaid for the test that has it draw the task graphs"
        npm ci --prefix "$drawer" --ignore-scripts --no-audit --no-fund --loglevel=error || true
    fi
    if [ ! -e "$drawer/node_modules/.package-lock.json" ]; then
        echo "SKIPPED: the tests that draw Mermaid, for want of it. With Node.js: npm ci --prefix $drawer"
    fi
fi
gateway=tests/notifications/smsc
if [ ! -e "$gateway/node_modules/.package-lock.json" ]; then
    if command -v npm >/dev/null; then
        echo "Installing an SMPP gateway that we did not write for the tests of our SMPP channel"
        npm ci --prefix "$gateway" --ignore-scripts --no-audit --no-fund --loglevel=error || true
    fi
    if [ ! -e "$gateway/node_modules/.package-lock.json" ]; then
        echo "SKIPPED: the tests against npm's SMPP gateway, for want of it. With Node.js: npm ci --prefix $gateway"
    fi
fi
exit 0
