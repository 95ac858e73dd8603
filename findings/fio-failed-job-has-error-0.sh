#!/bin/sh
# fio 3.33 (Debian 3.33-3): a job that never ran is written to the JSON with "error": 0 and rates of zero.
#
# The exit status is 1, and the only word of the failure is a line before the JSON, in the same file: whoever skips notes
# before the brace, as fio's notes need, reads a complete result of zero. Only total_ios of 0 tells.
#
# Seen:  fio: failed to create dir (/proc/none): No such file or directory
#        "error" : 0, ... "bw_bytes" : 0, ... "total_ios" : 0       exit status 1
# Valid input: a job whose file cannot be made. Needs Debian 12 with apt; fails if the error or the version changes.
set -eu
version=3.33-3
have=$(dpkg-query -W -f '${Version}' fio 2>/dev/null || true)
[ "$have" = "$version" ] || apt-get install -y --no-install-recommends "fio=$version" >/dev/null
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
fio --name=r --filename=/proc/none/x --size=1m --rw=read --output-format=json --output="$work/fio.json" ||
    status=$?
python3 - "$work/fio.json" "$status" <<'PYTHON'
import json
import sys

text = open(sys.argv[1]).read()
document = json.loads(text[text.index("{") :])
(job,) = document["jobs"]
print(text.splitlines()[0])
print(document["fio version"], "exit status", sys.argv[2], "error", job["error"], "total_ios", job["read"]["total_ios"])
assert document["fio version"] == "fio-3.33"
assert sys.argv[2] == "1"
assert job["error"] == 0
assert job["read"]["total_ios"] == 0
PYTHON
echo "A job that never ran has error 0: holds."
