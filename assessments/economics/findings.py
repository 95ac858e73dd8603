"""What a calculator's numbers say, in a sentence for the head of its block, and what to mind about them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.economics.working import Working, whole, write

IDLE, UNIT, POWER = "idle-spend", "unit-economics", "power-envelope"


@dataclass(frozen=True, slots=True)
class Finding:
    """The finding; `warning` is what stands against the plan, empty if nothing does."""

    title: str
    detail: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """Where the money of a month goes: the useful share in percent, and both parts as they are written."""

    percent: int
    useful: str
    lost: str
    label: str


def finding(working: Working) -> Finding:
    """What the numbers say; until there are enough of them, the question that the calculator answers."""
    find = _FINDINGS.get(working.calculator.key)
    found = find(working) if find else None
    return found or Finding(working.calculator.question)


def split(working: Working) -> Split | None:
    """The bar of useful and lost spending; none while it is not known, or where the calculator is another."""
    found = working.values("monthly_spend", "money_lost", "useful_spend", "feed_percent")
    if working.calculator.key != IDLE or found is None or not found[0]:
        return None
    lost, useful, percent = found[1:]
    money = working.currency
    said = _("Of {spend} a month, {useful} does useful work and {lost} is lost.")
    label = said.format(spend=f"{whole(found[0])} {money}", useful=whole(useful), lost=whole(lost))
    return Split(round(percent), f"{whole(useful)} {money}", f"{whole(lost)} {money}", label)


def _idle(working: Working) -> Finding | None:
    found = working.values("monthly_spend", "feed_percent", "money_lost", "yearly_loss", "price_multiple")
    if found is None:
        return None
    spend, percent, lost, yearly, multiple = found
    money = working.currency
    if not lost:
        return Finding(_("Nothing is lost: all that is paid for does useful work."))
    detail = _(
        "At {percent}%, {lost} of {spend} a month is lost, and an hour of useful work "
        "costs {multiple} times what is paid for it."
    )
    return Finding(
        _("{sum} a year buys no useful work.").format(sum=f"{whole(yearly)} {money}"),
        detail.format(
            percent=write(percent), lost=whole(lost), spend=f"{whole(spend)} {money}", multiple=write(multiple)
        ),
    )


def _unit(working: Working) -> Finding | None:
    cost = working.value("cost_per_thousand")
    if cost is None:
        return None
    money = working.currency
    detail = ""
    if doubled := working.values("doubled_per_thousand", "marginal_per_thousand"):
        average, marginal = (write(value, is_money=True) for value in doubled)
        detail = _("At twice the traffic the average is {average}; each 1,000 requests more cost {marginal}.")
        detail = detail.format(average=f"{average} {money}", marginal=marginal)
    return Finding(_("1,000 requests cost {sum}.").format(sum=f"{write(cost, is_money=True)} {money}"), detail)


def _power(working: Working) -> Finding | None:
    found = working.values("kw_per_server", "kw_per_rack", "rack_limit_kw")
    if found is None:
        return None
    server, rack, limit = found
    detail = ""
    if load := working.value("facility_kw"):
        detail = _("The site has to deliver {load} kW in all.").format(load=write(load))
    if server > limit:
        return Finding(
            _("Not one server fits: it draws {server} kW, and a rack may draw {limit} kW.").format(
                server=write(server), limit=write(limit)
            ),
            detail,
            _(
                "A rack limit below one server leaves nothing to place. Ask for a position that can power and cool "
                "more, or choose smaller servers."
            ),
        )
    if rack > limit:
        fits = limit // server
        warning = ngettext(
            "At most {count} server of {server} kW fits in a rack of {limit} kW. Plan more racks.",
            "At most {count} servers of {server} kW fit in a rack of {limit} kW. Plan more racks.",
            fits,
        )
        return Finding(
            _("A full rack draws {more} kW more than it may.").format(more=write(rack - limit)),
            detail,
            warning.format(count=fits, server=write(server), limit=write(limit)),
        )
    said = _("A full rack draws {rack} kW of the {limit} kW it may.")
    return Finding(said.format(rack=write(rack), limit=write(limit)), detail)


_FINDINGS: Mapping[str, Callable[[Working], Finding | None]] = {IDLE: _idle, UNIT: _unit, POWER: _power}
