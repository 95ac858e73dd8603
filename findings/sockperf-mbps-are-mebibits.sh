#!/bin/sh
# sockperf 3.7 (Debian 3.7-1): its "Mbps" are 2^20 bits per second, and its "MBps" 2^20 bytes.
#
# In networks Mbps means 10^6 bits; taken so, the figure is 4.9 % short. Recomputed from its own message rate:
# messages per second x bytes of a message x 8 equals the printed figure x 1,048,576.
#
# Seen:  sockperf: Summary: Message Rate is 417107 [msg/sec]
#        sockperf: Summary: BandWidth is 5.569 MBps (44.552 Mbps)      417107 x 14 x 8 = 46.716 million bits
# Valid input: a throughput test over loopback with messages of 14 bytes, the default. Needs Debian 12 with apt; fails if
# the unit or the version changes.
set -eu
version=3.7-1
have=$(dpkg-query -W -f '${Version}' sockperf 2>/dev/null || true)
[ "$have" = "$version" ] || apt-get install -y --no-install-recommends "sockperf=$version" >/dev/null
work=$(mktemp -d)
sockperf server -i 127.0.0.1 -p 15551 --tcp >/dev/null 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true; rm -rf "$work"' EXIT
sleep 1
sockperf throughput -i 127.0.0.1 -p 15551 --tcp -t 2 >"$work/out"
grep -E "Message Rate|BandWidth" "$work/out"
rate=$(sed -n 's/.*Message Rate is \([0-9]*\) .*/\1/p' "$work/out")
mbps=$(sed -n 's/.*(\([0-9.]*\) Mbps).*/\1/p' "$work/out")
awk -v rate="$rate" -v mbps="$mbps" 'BEGIN {
    bits = rate * 14 * 8
    printf "%.0f bits per second: %.3f x 10^6, %.3f x 2^20; printed as %s Mbps\n", bits, bits / 1e6, bits / 1048576, mbps
    off = bits / 1048576 / mbps - 1
    exit (off < 0.001 && off > -0.001) ? 0 : 1
}'
echo "Mbps are mebibits: holds."
