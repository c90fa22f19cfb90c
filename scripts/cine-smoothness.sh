#!/bin/sh
# Plays a run of 512 x 512 pixels and 100 frames at 15 frames a second in Chromium and prints how evenly it was shown (ms between frames, frames jumped over, turns that waited).
set -eu
cd "$(dirname "$0")/.."
dotnet build tests/Bedside.Tests -c Release -v quiet
CINE_SMOOTHNESS="${1:-20}" dotnet test tests/Bedside.Tests -c Release --no-build --filter "FullyQualifiedName~CinePictureTests" --logger "console;verbosity=detailed" | grep -E "as stored|subtracted|Failed|Passed!"
