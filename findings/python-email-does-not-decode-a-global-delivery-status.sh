#!/bin/sh
# Python 3.13.0 (and 3.11.7), email: an encoded message/global-delivery-status is read as an empty mail, without a word.
#
# RFC 6533 lets the report of a mail to an address beyond ASCII be base64 or quoted-printable. The parser takes
# whatever is message/* for a mail, does not decode it, and the fields of its recipients are nowhere: no Action, no Status.
#
# Seen:  Action: None, and the base64 as the text of a mail without a head; get_payload(decode=True) gives None
# Valid input: the report below, as RFC 6533 has it. Needs python3 alone; fails if the fields can be read.
set -eu
python3 - <<'PYTHON'
import base64
import email
import email.policy

fields = "Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: utf-8; jörg@example.com\nAction: failed\nStatus: 5.1.1\n"
report = (
    'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=global-delivery-status; boundary="b"\n\n'
    "--b\nContent-Type: text/plain\n\nUndelivered.\n\n"
    "--b\nContent-Type: message/global-delivery-status\nContent-Transfer-Encoding: base64\n\n"
    f"{base64.encodebytes(fields.encode()).decode()}\n--b--\n"
)
for policy in (email.policy.default, email.policy.compat32):
    status = email.message_from_string(report, policy=policy).get_payload(1)
    [inside] = status.get_payload()
    found = [part["Action"] for part in status.walk()]
    print("Action:", *found, "| decoded:", status.get_payload(decode=True), "| head:", inside.items())
    assert found == [None, None] and status.get_payload(decode=True) is None and inside.items() == []
PYTHON
echo "The report's fields cannot be read."
