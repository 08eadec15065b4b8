#!/usr/bin/env bash
# Resolve every package of the workspace into requirements.lock: versions and hashes, no download addresses.
set -euo pipefail
cd "$(dirname "$0")/.."
uv pip compile --universal --generate-hashes --python-version 3.11 --group dev --no-header --quiet \
    libs/*/pyproject.toml services/*/pyproject.toml gateway/pyproject.toml clients/*/pyproject.toml deploy/local/pyproject.toml \
    $(for part in contracts chassis registry alerts reports gateway client local; do echo "--no-emit-package tapal-$part"; done) \
    --output-file requirements.lock "$@"
