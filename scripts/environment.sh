# Sourced by ./run and ./test: what a bare Debian 12 needs before anything can be built. Says what it installs; needs no network when all is there.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

die() { echo "error: $1" >&2; exit 1; }

# need COMMAND PACKAGE ...: installs with apt the packages whose command is missing.
need() {
    missing=''
    while [ $# -ge 2 ]; do
        command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || missing="$missing $2"
        shift 2
    done
    [ -n "$missing" ] || return 0
    echo "installing with apt:$missing" >&2
    as_root=''
    [ "$(id -u)" -eq 0 ] || as_root='sudo'
    log=$(mktemp)
    # RUNLEVEL=1: a broker installed for the tests must not start as a service of this machine.
    if ! { $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        die "apt could not install$missing, on this machine, install them by hand and run again"
    fi
    rm -f "$log"
}

command -v dotnet >/dev/null 2>&1 || die "no dotnet, on the PATH, install the .NET SDK 10 (global.json names the version)"
