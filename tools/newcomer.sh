#!/usr/bin/env bash
# Runs the blocks of docs/first-contradiction.md as a newcomer would, from a fresh clone in a folder of its own, and says
# how long each took. REPOSITORY is what to clone (default: this checkout). Fails where a block fails, or where the first
# contradiction is not the one that the page tells of.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
export REPOSITORY=${REPOSITORY:-$here}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
awk '/^## /{title=substr($0,4)} /^```sh$/{inside=1; n++; print title > dir "/" n ".title"; next} /^```$/{inside=0} inside{print > dir "/" n ".sh"}' \
    dir="$place" "$here/docs/first-contradiction.md"
cd "$place"
all=0
for block in $(find . -name '*.sh' | sort -V); do
    title=$(cat "${block%.sh}.title")
    began=$(date +%s%N)
    # One shell for all blocks: a block may change the folder.
    if ! { cd "$(cat at 2>/dev/null || echo "$place")" && . "$place/$block" > "$place/out" 2> "$place/err"; }; then
        cat "$place/out" "$place/err" >&2
        echo "failed: $title" >&2
        exit 1
    fi
    pwd > "$place/at"
    cd "$place"
    took=$((($(date +%s%N) - began) / 1000000))
    all=$((all + took))
    printf '%7d.%03d s  %s\n' $((took / 1000)) $((took % 1000)) "$title"
    case $title in
    2*) grep -q 'error\[C301\]: Netflix operating income' out || { echo "the first contradiction is another one" >&2; exit 1; } ;;
    esac
done
printf '%7d.%03d s  from nothing to the last block\n' $((all / 1000)) $((all % 1000))
