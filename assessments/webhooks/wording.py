"""Why a delivery did not arrive: kept in English, as the row may be read by many, and said in any language."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _noop

GONE = _noop("The organization was deleted.")
NOT_TOLD = _noop("The team may not edit this organization any more.")
SWITCHED_OFF = _noop("The webhook was switched off.")
WORKER_LOST = _noop("The worker was lost each time it sent this. An administrator finds the reason in its log.")

INSIDE = _noop(
    "This address leads to a place that may not be called from here, such as this machine or an internal network. "
    "Whoever runs this site can allow it (WEBHOOKS_ALLOWED)."
)
PLAIN = _noop("Use an address that begins with https://. Without encryption only what the operator allows is called.")
NOWHERE = _noop("This name leads nowhere at the moment. Check how it is written.")
WITH_USER = _noop("Leave user name and password out of the address: the signature says who calls.")
NO_ADDRESS = _noop("Write the address as https://hooks.example.com/scorecard.")
TOO_LONG = _noop("The address is longer than 2,000 characters.")
REDIRECT = _noop("The address sends elsewhere, which is not followed. Give the address it leads to.")
NO_ANSWER = _noop("There was no answer within {seconds} seconds.")
NOT_TRUSTED = _noop("The certificate is not trusted here, or the server does not speak HTTPS.")
OUT_OF_REACH = _noop("The server cannot be reached, or does not answer as a web server does.")
REFUSED = _noop("The server answered with {status}.")


def spoken(error: str) -> str:
    """What a row says, in the language of whoever reads it."""
    for said in (NO_ANSWER, REFUSED):
        before, name, after = re.split(r"{(\w+)}", said)
        if error.startswith(before) and error.endswith(after):
            return _(said).format(**{name: error.removeprefix(before).removesuffix(after)})
    return _(error) if error else ""
