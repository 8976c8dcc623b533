#!/bin/sh
# Installs what the optional ONNX and browser tests run on, from the npm registry, into a folder that git ignores.
# The CPU libraries come inside the package: its install script, which would fetch CUDA's, is skipped.
set -eu
target="$(cd "$(dirname "$0")/.." && pwd)/artifacts/onnxruntime"
mkdir -p "$target"
cd "$target"
[ -f package.json ] || echo '{ "private": true }' > package.json
ONNXRUNTIME_NODE_INSTALL_CUDA=skip npm install --ignore-scripts --no-audit --no-fund --no-save \
    onnxruntime-node@1.30.0 onnxruntime-web@1.30.0 playwright-core@1.65.1 axe-core@4.10.3
