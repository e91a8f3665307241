#!/usr/bin/env bash
# Gets the browser and the Chinese font that the browser tests need, where that is possible; says so where it is not. Never fails.
set -uo pipefail

has_browser() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }
has_font() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh family)" ]; }

if has_browser && has_font; then
    exit 0
fi
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
exit 0
