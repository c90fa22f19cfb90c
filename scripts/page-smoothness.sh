#!/bin/sh
# How smoothly the bedside page draws, and what it costs: plays the seed examination at a speed for a minute in Chromium, and prints
# what the page itself measured (ms between frames, ms from arrival to pixel) and the station's processor time.
#   scripts/page-smoothness.sh [SPEED]
set -eu
cd "$(dirname "$0")/.."
export BEDSIDE_SMOOTHNESS="${1:-1}"
exec dotnet test tests/Bedside.Tests --no-build --filter "FullyQualifiedName~SmoothnessTests" --logger "console;verbosity=detailed"
