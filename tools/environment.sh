#!/bin/sh
# Brings the environment up to a requirements file: environment.sh VENV REQUIREMENTS
# uv when it is there, else venv and pip. Says what to do when neither can work. Does nothing when nothing changed.
set -eu

venv=$1
requirements=$2
installed=$venv/installed-$requirements

fresh_enough='import sys; sys.exit(sys.version_info < (3, 11))'

if cmp -s "$requirements" "$installed" && "$venv/bin/python" -c "$fresh_enough" 2>/dev/null; then
    touch "$installed"
    exit 0
fi

has_uv() { uv --version >/dev/null 2>&1; }

find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c "$fresh_enough" >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done
}

make_venv() {
    rm -rf "$venv"
    if has_uv && uv venv --quiet --seed --python '>=3.11' "$venv"; then
        return
    fi
    python=$(find_python)
    if [ -z "$python" ]; then
        echo "Python 3.11 or newer is needed, and none was found." >&2
        echo "Install it (Debian: sudo apt install python3 python3-venv; macOS: brew install python), then run make again." >&2
        exit 1
    fi
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        echo "Python's venv is missing. Install it (Debian: sudo apt install python3-venv), then run make again." >&2
        exit 1
    fi
    "$python" -m venv "$venv"
}

"$venv/bin/python" -c "$fresh_enough" 2>/dev/null || make_venv

echo "Installing $requirements"
if ! { has_uv && uv pip install --quiet --compile-bytecode --python "$venv/bin/python" --require-hashes -r "$requirements"; }; then
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$venv/bin/python" -m ensurepip >/dev/null
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$requirements"
fi
cp "$requirements" "$installed"
