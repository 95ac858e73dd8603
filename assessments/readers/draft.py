"""A reading while it is written. The rules that hold for every format stand here, once."""

from collections.abc import Mapping
from decimal import Decimal

from assessments.readers.dates import has_zone
from assessments.readers.reading import LATENCIES, MISSING, PERCENTILES, STATISTICS, Figure, Format, Reading, Scenario
from assessments.readers.text import listed, plural

TAIL = tuple(statistic for statistic, share in PERCENTILES.items() if share >= Decimal("0.9"))
WORDS = {
    "latency": "latency",
    "time_to_first_token": "time to first token",
    "inter_token_latency": "time between tokens",
    "time_per_output_token": "time per output token",
}


def percent(part: Decimal | int, whole: Decimal | int) -> Decimal:
    """A share in percent, to twelve digits."""
    return plain(Decimal(part) * 100 / Decimal(whole))


def plain(value: Decimal) -> Decimal:
    """A quotient, to twelve digits."""
    return value if not value else value.quantize(Decimal(1).scaleb(value.adjusted() - 11)).normalize()


class Draft:
    """Collects figures and sentences; `reading()` ends it.

    Values come in the unit the product uses (ms, B/s, bit/s, %): the format's module has converted them.
    """

    def __init__(
        self,
        form: Format,
        *,
        version: str | None = None,
        date: str | None = None,
        scenario: Scenario = Scenario.SYNTHETIC,
    ) -> None:
        self.form = form
        self.tool = form.tool
        self.version = version or None
        self.date = date
        self.scenario = scenario
        self.figures: list[Figure] = []
        self.warnings: list[str] = []
        self.refusals: list[str] = []
        self.missing: set[str] = set()

    def figure(
        self, name: str, statistic: str, value: Decimal | None, unit: str, count: int | None = None, about: str = ""
    ) -> None:
        """Add a figure; None, and what cannot be (below zero), is no figure."""
        if value is not None and value.is_finite() and (value >= 0 or name == "cost"):
            self.figures.append(Figure(name, statistic, value, unit, count, about))

    def latencies(
        self, name: str, values: Mapping[str, Decimal | None], count: int | None, about: str = "", of: str = "request"
    ) -> None:
        """Times in ms by their statistic. A percentile that so few values cannot show is refused.

        A p99 of fewer than 100 is the highest of them; of fewer than 1,000 it rests on less than ten. The same holds
        for a p95 with 20 and 200.
        """
        few: list[str] = []
        highest: list[str] = []
        unmeasured: list[str] = []
        for statistic in STATISTICS:
            value = values.get(statistic)
            if value is None or (value == 0 and statistic == "min"):
                continue
            beyond = None if count is None or statistic not in TAIL else count * (1 - PERCENTILES[statistic])
            if value == 0:
                unmeasured.append(statistic)
            elif beyond is not None and beyond < 1:
                highest.append(statistic)
            else:
                self.figure(name, statistic, value, "ms", count, about)
                if beyond is not None and beyond < 10 and statistic != "p90":
                    few.append(statistic)
        several = plural(count or 0, of)
        if unmeasured:
            which = f"{WORDS[name]} is written as 0 ({listed(unmeasured)})"
            self.refuse(f"The {which}: too short for this file to show, or not measured.")
        if len(highest) == 1:
            self.refuse(f"{several}: the {highest[0]} is the maximum, so it is not taken as a {highest[0]}.")
        elif highest:
            self.refuse(f"{several}: the {listed(highest)} are the maximum, so they are not taken as such.")
        if few:
            rest = "rests" if len(few) == 1 else "rest"
            self.warn(f"Only {several}: the {listed(few)} {rest} on fewer than ten of them.")

    def failures(
        self,
        failed: int | Decimal,
        total: int,
        about: str,
        *,
        inside: bool = True,
        rate: Decimal | None = None,
        paced: bool = True,
    ) -> bool:
        """Add the share of failed requests; `rate` is that share in percent where the file has it exactly.

        `inside`: the times of failed requests are among the latencies; `paced`: they are in the requests per second,
        too. False if nothing is left to measure: no request
        was made, or every one failed.
        """
        if not total:
            self.refuse("No request was made: the zeros are no latencies.")
            return False
        self.figure("error_rate", "mean", percent(failed, total) if rate is None else rate, "%", total, about)
        if failed >= total:
            self.refuse("Every request failed: the zeros, or the times of the failures, are no latencies.")
            return False
        if failed:
            where = "they are in the latencies and in the requests per second" if paced else "they are in the latencies"
            where = where if inside else "no latency includes them"
            self.warn(f"{failed:,} of {plural(total, 'request')} failed; {where}.")
        return True

    def lacks(self, statistic: str, sentence: str) -> None:
        """A percentile the method asks for is not in the file, and why."""
        self.refuse(sentence)
        self.ask(statistic)

    def warn(self, sentence: str) -> None:
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def refuse(self, sentence: str) -> None:
        if sentence not in self.refusals:
            self.refusals.append(sentence)

    def ask(self, *what: str) -> None:
        self.missing.update(what)

    def reading(self) -> Reading:
        """The end: says where there are averages only, and asks for the date, the version, the counts."""
        for name in LATENCIES:
            if not (own := [figure for figure in self.figures if figure.name == name]):
                continue
            written = {figure.statistic for figure in own}
            percentiles = [statistic for statistic in PERCENTILES if statistic in written]
            whose = "" if name == "latency" else f" of the {WORDS[name]}"
            if not percentiles:
                if "mean" in written:
                    self.refuse(f"Average{whose} only: this is no p95.")
            elif PERCENTILES[percentiles[-1]] < Decimal("0.9"):
                self.refuse(f"Nothing above the {percentiles[-1]}{whose}: this is no p95.")
            if any(figure.count is None and figure.statistic in TAIL for figure in own):
                self.ask("count")
            if any(figure.count is None and figure.statistic == "p99" for figure in own):
                self.warn("The file does not say how many values there were: of fewer than 100 the p99 is the maximum.")
        if not self.figures and not self.refusals:
            self.refuse("The file holds none of the figures that are read from it.")
        if self.date is None:
            self.ask("date")
        elif "T" in self.date and not has_zone(self.date):
            self.ask("time zone")
        if self.version is None and self.tool:
            self.ask("version")
        return Reading(
            format=self.form.slug,
            tool=self.tool,
            version=self.version,
            date=self.date,
            scenario=self.scenario,
            figures=tuple(self.figures),
            warnings=tuple(self.warnings),
            refusals=tuple(self.refusals),
            missing=tuple(what for what in MISSING if what in self.missing),
        )
