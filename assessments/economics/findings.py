"""What a calculator's numbers say, in a sentence for the head of its block, and what to mind about them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

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
    _, lost, useful, percent = found
    money = working.currency
    label = f"Of {whole(found[0])} {money} a month, {whole(useful)} does useful work and {whole(lost)} is lost."
    return Split(round(percent), f"{whole(useful)} {money}", f"{whole(lost)} {money}", label)


def _idle(working: Working) -> Finding | None:
    found = working.values("monthly_spend", "feed_percent", "money_lost", "yearly_loss", "price_multiple")
    if found is None:
        return None
    spend, percent, lost, yearly, multiple = found
    money = working.currency
    if not lost:
        return Finding("Nothing is lost: all that is paid for does useful work.")
    return Finding(
        f"{whole(yearly)} {money} a year buys no useful work.",
        f"At {write(percent)}%, {whole(lost)} of {whole(spend)} {money} a month is lost, and an hour of useful work "
        f"costs {write(multiple)} times what is paid for it.",
    )


def _unit(working: Working) -> Finding | None:
    cost = working.value("cost_per_thousand")
    if cost is None:
        return None
    money = working.currency
    detail = ""
    if doubled := working.values("doubled_per_thousand", "marginal_per_thousand"):
        average, marginal = (write(value, is_money=True) for value in doubled)
        detail = f"At twice the traffic the average is {average} {money}; each 1,000 requests more cost {marginal}."
    return Finding(f"1,000 requests cost {write(cost, is_money=True)} {money}.", detail)


def _power(working: Working) -> Finding | None:
    found = working.values("kw_per_server", "kw_per_rack", "rack_limit_kw")
    if found is None:
        return None
    server, rack, limit = found
    detail = ""
    if load := working.value("facility_kw"):
        detail = f"The site has to deliver {write(load)} kW in all."
    if server > limit:
        return Finding(
            f"Not one server fits: it draws {write(server)} kW, and a rack may draw {write(limit)} kW.",
            detail,
            "A rack limit below one server leaves nothing to place. Ask for a position that can power and cool more, "
            "or choose smaller servers.",
        )
    if rack > limit:
        fits = limit // server
        return Finding(
            f"A full rack draws {write(rack - limit)} kW more than it may.",
            detail,
            f"At most {fits} server{'' if fits == 1 else 's'} of {write(server)} kW fit{'s' if fits == 1 else ''} in a "
            f"rack of {write(limit)} kW. Plan more racks.",
        )
    return Finding(f"A full rack draws {write(rack)} kW of the {write(limit)} kW it may.", detail)


_FINDINGS: Mapping[str, Callable[[Working], Finding | None]] = {IDLE: _idle, UNIT: _unit, POWER: _power}
