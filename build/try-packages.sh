#!/usr/bin/env bash
# Packs libraries and tool twice, looks into the packages, runs README's snippets from a project outside the repository that knows nothing but the packages,
# and installs the tool from the folder and tries it on a small table.
# Needs the real Microsoft.ML.
#   MLNET_FEED=FILE      NuGet.config of a feed that has it; default: the configured sources
#   ORLEANS_FEED=FILE    NuGet.config of a feed that has Microsoft Orleans: its adapter is packed too
#   MLNET_VERSION=X.Y.Z  the version to compile against and to use; default: that of build/MLNet.props
set -euo pipefail
[ -z "${MLNET_FEED:-}" ] || MLNET_FEED=$(realpath "$MLNET_FEED")
[ -z "${ORLEANS_FEED:-}" ] || ORLEANS_FEED=$(realpath "$ORLEANS_FEED")
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en MSBUILDDISABLENODEREUSE=1
# The default mode of the build depends on what the usual package folder holds: keep Microsoft.ML out of it.
export NUGET_PACKAGES=$PWD/artifacts/nuget-package
version=${MLNET_VERSION:-$(dotnet msbuild src/Microsoft.ML.Vae -getProperty:MLNetVersion)}
# The analyzers have had their say in the build.
properties=(-p:MLNet=package "-p:MLNetVersion=$version" -p:RunAnalyzers=false)
config=()
if [ -n "${MLNET_FEED:-}" ]; then
    properties+=("-p:RestoreConfigFile=$MLNET_FEED")
    config=(--configfile "$MLNET_FEED")
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

pack() { # RUN
    local project own
    for project in src/*/; do
        own=()
        [ "$project" != src/Microsoft.ML.Vae.Orleans/ ] || [ -z "${ORLEANS_FEED:-}" ] || own=(-p:Orleans=package "-p:RestoreConfigFile=$ORLEANS_FEED")
        dotnet pack -c Release "$project" "${properties[@]}" "${own[@]}" --artifacts-path "$work/artifacts$1" -o "$work/packages$1" -v quiet
    done
}

pack 1
pack 2
mapfile -t sources < <(dotnet nuget list source --format Short "${config[@]}" | sed -nE 's/^E[A-Z]* //p')
dotnet run -c Release --project build/TryPackages -- "$work/packages1" "$work/packages2" . "$version" "${sources[@]}"
tool=$(basename "$work"/packages1/MLVae.Tool.*.nupkg .nupkg)
dotnet tool install MLVae.Tool --version "${tool#MLVae.Tool.}" --tool-path "$work/tool" --add-source "$work/packages1" "${config[@]}" > /dev/null
"$work/tool/mlvae" --csv samples/AnomalyDetection/orders.csv --label fraud --out "$work/out" 2> /dev/null | tail -n 1
"$work/tool/mlvae" score "$work/out/model.zip" samples/AnomalyDetection/orders.csv --out "$work/out/scores.csv"
