#!/bin/sh
# bonnie++ 2.00a (Debian 2.00a+nmu1): the fifth field of its CSV looks like the seconds since 1970, and is not.
#
# It is the seed of the random numbers: the process id mixed with the time, so ten digits that decode to a plausible
# date, hours beside the true one (seen: 3 hours late and 5 hours early). With -z it is whatever was given. The line has no date.
#
# Seen:  1.98,2.00a,host-a,1,42,64M,,8192,5,...          with -z 42
#        1.98,2.00a,host-a,1,1796008966,64M,,8192,5,...  without, at 1795997700
# Valid input: a run over 64 MB. Needs Debian 12 with apt; fails if the field or the version changes.
set -eu
version=2.00a+nmu1
have=$(dpkg-query -W -f '${Version}' bonnie++ 2>/dev/null || true)
[ "$have" = "$version" ] || apt-get install -y --no-install-recommends "bonnie++=$version" >/dev/null
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 777 "$work"
run() { /usr/sbin/bonnie++ -q -d "$work" -s 64 -r 32 -n 0 -m host-a -u "$(id -un)" "$@" 2>/dev/null; }

with_seed=$(run -z 42)
echo "$with_seed"
[ "$(echo "$with_seed" | cut -d, -f1,2)" = "1.98,2.00a" ]
[ "$(echo "$with_seed" | cut -d, -f5)" = 42 ]

without=$(run)
echo "$without"
field=$(echo "$without" | cut -d, -f5)
[ "${#field}" -ge 9 ]
echo "It is $(date +%s) now, the fifth field says $field: holds."
