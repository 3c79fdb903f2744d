#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Appends each record of a ring to a file, and a line that says so where some
# were overwritten before they could be read:
#
#     follow.sh http://127.0.0.1:8080/api/logs FILE [option of curl]...
#
# Its place is the last line of FILE, so it goes on there after it was stopped.

url=$1 file=$2
shift 2

# what it had started may still run when it was killed, and then holds the lock
{ exec 9>> "$file" && flock 9; } || exit

# what was written when it was killed
[ -z "$(tail -c 1 "$file")" ] || truncate -s "-$(tail -n 1 "$file" | wc -c)" "$file"

while :; do
    seq=$(tail -n 1 "$file" | sed -n 's/^{"_seq":\([0-9]*\).*/\1/p; s/.*"next_seq":\([0-9]*\)}$/\1 - 1/p')
    curl -sSfN "$@" "$url/stream?format=ndjson&since_seq=$((${seq:-0}))" 9>&- |
        while IFS= read -r line && kill -0 $$; do
            case $line in '{"_seq":'* | '{"_event":"gap"'*) printf '%s\n' "$line" >&9 ;; esac
        done
    sleep 1
done
