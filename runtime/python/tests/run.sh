#!/bin/sh
# Runs the tests with every python3.9 to python3.13 found on PATH and in $PYENV_ROOT.
# Each gets numpy and pandas under $LW_TEST_CACHE (default: .build/python-tests at the root of the repository).
# They come through uv ($UV, or on PATH) or else pip, as wheels only.
set -u

tests=$(cd "$(dirname "$0")" && pwd)
cache=${LW_TEST_CACHE:-$tests/../../../.build/python-tests}
mkdir -p "$cache" && cache=$(cd "$cache" && pwd) || exit 1
uv=${UV:-$(command -v uv || true)}

# A name on PATH may be a shim that refuses to run, so each candidate has to say its own version.
# -I -S, as in the sandbox; the answer is the real executable.
resolve() {
    "$1" -I -S -c 'import sys; sys.version_info[:2] == (3, int(sys.argv[1])) and print(sys.executable)' "$2" 2>/dev/null
}

find_interpreter() {
    old_ifs=$IFS; IFS=:
    for folder in $PATH ${PYENV_ROOT:+"$PYENV_ROOT"/versions/*/bin}; do
        found=$([ -x "$folder/python3.$1" ] && resolve "$folder/python3.$1" "$1") && [ -n "$found" ] && break
    done
    IFS=$old_ifs
    echo "$found"
}

# The stamp is written last: an environment that was interrupted is made again.
make_environment() {
    [ -f "$2/complete" ] && return 0
    rm -rf "$2" && mkdir -p "$2" || return 1
    set -- "$1" "$2" --quiet --target "$2/site-packages" --only-binary :all: numpy pandas
    python=$1 folder=$2
    shift 2
    if [ -n "$uv" ]; then
        "$uv" --no-config pip install --compile-bytecode --python "$python" "$@"
    else
        "$python" -m pip install --disable-pip-version-check "$@"
    fi && : > "$folder/complete"
}

# One interpreter: prints its line, and its log when it failed.
test_one() {
    minor=$1 python=$2
    shift 2
    environment=$cache/python3.$minor
    log=$environment.log
    if make_environment "$python" "$environment" > "$log" 2>&1 &&
        (cd "$tests" && LW_TEST_ENV=$environment "$python" -B -W error::ResourceWarning -m unittest "$@") > "$log" 2>&1
    then
        echo "python3.$minor ($python): $(grep '^Ran ' "$log"), $(tail -n 1 "$log")"
    else
        cat "$log"
        echo "python3.$minor ($python): FAILED"
        return 1
    fi
}

# Two at a time: most of a test is an interpreter that starts.
ran=0 failed=0 running=
for minor in 9 10 11 12 13; do
    python=$(find_interpreter "$minor")
    [ -n "$python" ] || { echo "python3.$minor: not found"; continue; }
    ran=$((ran + 1))
    test_one "$minor" "$python" "$@" &
    if [ -n "$running" ]; then
        wait "$running" || failed=$((failed + 1))
    fi
    running=$!
done
[ "$ran" -ge 1 ] || { echo "no interpreter found"; exit 1; }
wait "$running" || failed=$((failed + 1))
[ "$failed" -eq 0 ]
