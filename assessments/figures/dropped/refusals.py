"""What is plainly in a file and still is not that figure: its reason, and what to send instead."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.figures import suits
from assessments.figures.records import Found
from assessments.readers.reading import LATENCIES

STATISTIC = re.compile(r"\bp(?:50|75|90|95|97\.5|99\.9|99)\b")
# What to send instead of what was refused, by words of the refusal.
ADVICE = (
    ("summaryTrendStats", _lazy('Run k6 with --summary-trend-stats "avg,med,p(95),p(99),max".')),
    ("too few", _lazy("Send a run of 1,000 requests for a p99, 100 at the very least.")),
    ("is the maximum", _lazy("Send a run of 1,000 requests for a p99, 100 at the very least.")),
    ("average", _lazy("Send the percentiles: an average says nothing of the slowest requests.")),
    ("every request failed", _lazy("Send a run whose requests were answered.")),
    ("zeros are no latencies", _lazy("Send a run whose requests were answered.")),
    ("neither the query nor the unit", _lazy("Paste the query above the answer, or type the figure with its unit.")),
    ("costs of two currencies", _lazy("Take the sum of one currency, or send one file for each.")),
    ("give each", _lazy("Send one file for each run.")),
    ("unpack it first", _lazy("Unpack it, and send the file inside.")),
    ("not text", _lazy("Attach it as a file of proof instead.")),
    ("of no format", _lazy("Type the figure below; the file can be kept as proof.")),
    ("broken or cut off", _lazy("Send the whole file, or type the figure below.")),
    ("not GPUs", _lazy("Run sreport with -T gres/gpu.")),
)


@dataclass(frozen=True, slots=True)
class Refused:
    """What is in the file and is not that figure: why, and what to send instead."""

    title: str
    reason: str
    advice: str


def refused_because(reason: str, found: Sequence[Found]) -> Refused:
    statistic = STATISTIC.search(reason)
    names = {each.name for each in found}
    latency = next((name for name in LATENCIES if name in names), "latency")
    title = suits.title_of(latency, statistic[0], "") if statistic else _("Refused")
    lower = reason.lower()
    return Refused(title, reason, next((str(advice) for words, advice in ADVICE if words.lower() in lower), ""))
