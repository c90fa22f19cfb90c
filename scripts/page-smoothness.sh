#!/bin/sh
# How smoothly the bedside page draws, and what it costs: plays eight pulse traces at a speed in Chromium, and prints what the page itself
# measured (ms between frames, ms from arrival to pixel) and what station and browser used of the processor, with and without a page. Figures: docs/live-stream.md.
#   scripts/page-smoothness.sh [SPEED]
set -eu
cd "$(dirname "$0")/.."
export BEDSIDE_SMOOTHNESS="${1:-1}"
dotnet build tests/Bedside.Tests -c Release -v quiet --nologo
exec dotnet test tests/Bedside.Tests -c Release --no-build --filter "FullyQualifiedName~SmoothnessTests" --logger "console;verbosity=detailed"
