"""The budgets of the portfolio and the activity at scale, measured on one database: SQLite, or what DATABASE_URL names.

Everything is measured on rows that the person at the page can see, and what comes back is looked at before it is timed.
"""

import json
import os
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = tempfile.TemporaryDirectory(prefix="bench-portfolio-")
os.environ.setdefault("STATIC_ROOT", str(ROOT / "var" / "static"))
os.environ |= {"DATA_DIR": FOLDER.name, "LOG_LEVEL": "ERROR", "DJANGO_SETTINGS_MODULE": "scorecard.settings"}
os.environ.pop("REDIS_URL", None)

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.urls import reverse  # noqa: E402

from assessments.accounts.models import User  # noqa: E402
from assessments.dashboards.standings import triggers  # noqa: E402
from assessments.organizations.models import (  # noqa: E402
    Membership,
    Organization,
    OrganizationTag,
    Role,
    Team,
    TeamGrant,
    TeamMembership,
)

MANY, PAGE = 10_000, 50
ENTRIES, FEW_ENTRIES = int(os.environ.get("BENCH_ENTRIES", "1000000")), 100
ROUNDS = 25
INDUSTRIES = ("Banking", "Health", "Utilities", "Retail", "Media", "Transport", "Food", "Energy", "Insurance", "Public")
FILTERED = (
    *(
        "v=risk&sort=-signed",
        "v=undetermined&sort=due",
        "v=none&sort=name",
        "draft=1&sort=active",
        "vendor=1&sort=vendors",
        "overdue=1&sort=plan",
    ),
    *("q=zanzibar", "q=client+99", "tag=rare&sort=-change", "tag=nordics&sort=signed", "industry=energy&sort=-score"),
    *("size=51-250&hosting=cloud&age=12&sort=due", "lead=me&sort=draft", "sort=lead", "sort=-industry"),
)


def organizations(prefix: str, count: int, owner: User) -> list[Organization]:
    sizes, hostings = Organization.SizeBand.values, Organization.HostingModel.values
    return Organization.objects.bulk_create(
        (
            Organization(
                name=f"{prefix} {n}",
                slug=f"{prefix.lower()}-{n}",
                created_by=owner,
                industry=INDUSTRIES[n % 10],
                size_band=sizes[n % len(sizes)],
                hosting_model=hostings[n % len(hostings)],
                lead=owner if n % 20 == 0 else None,
            )
            for n in range(count)
        ),
        batch_size=2000,
    )


def person(name: str) -> User:
    return User.objects.create_user(f"{name.lower()}@example.com", None, name=name)


def fill() -> dict[str, Client]:
    """One who sees 10,000, half of them directly and half through a team, and one who sees a page of others."""
    many, few = person("Many"), person("Few")
    made = organizations("Client", MANY, many)
    Membership.objects.bulk_create(
        (Membership(organization=o, user=many, role=Role.OWNER) for o in made[::2]), batch_size=2000
    )
    team = Team.objects.create(name="North")
    TeamMembership.objects.create(team=team, user=many)
    TeamGrant.objects.bulk_create((TeamGrant(team=team, organization=o) for o in made[1::2]), batch_size=2000)
    page = organizations("Other", PAGE, few)
    Membership.objects.bulk_create(Membership(organization=o, user=few, role=Role.OWNER) for o in page)
    OrganizationTag.objects.bulk_create(
        (OrganizationTag(organization=o, name="Rare" if n % 500 == 0 else "Nordics") for n, o in enumerate(made[::3])),
        batch_size=2000,
    )
    stand()
    analyze()
    return {"many": client_of(many), "few": client_of(few)}


def stand() -> None:
    """Give the rows what a few years of work would: most are assessed, some have a draft, a plan, a vendor that waits.

    Written past the triggers, in one statement for all of them.
    """
    n = "organization_id"
    levels = " || ' ' || ".join(
        f"'{key}:' || (({n} + {p}) % 3) || ':' || (({n} + {p}) % 2)" for p, key in enumerate(KEYS)
    )
    assessed = f"{n} % 5 > 0"
    if connection.vendor == "postgresql":
        ago, at = "date '2026-11-01' - ({})::int", "(timestamptz '2026-11-01' - ({}) * interval '1 day')"
    else:
        ago, at = "date('2026-11-01', '-' || ({}) || ' days')", "datetime('2026-11-01', '-' || ({}) || ' days')"
    values = {
        "proven": f"CASE WHEN {assessed} THEN {n} % 17 END",
        "claimed": f"CASE WHEN {assessed} THEN min_of_two({n} % 17 + {n} % 3, 16) END",
        "highest": f"CASE WHEN {assessed} THEN min_of_two({n} % 17 + {n} % 3, 16) END",
        "score_key": f"CASE WHEN {assessed} THEN {n} % 17 * 10000 + min_of_two({n} % 17 + {n} % 3, 16) * 101 END",
        "verdict_rank": f"CASE WHEN {assessed} THEN CASE WHEN min_of_two({n} % 17 + {n} % 3, 16) < 10 THEN 1 "
        f"WHEN {n} % 17 >= 10 THEN 4 ELSE 2 END END",
        "zeros": f"CASE WHEN {assessed} THEN {n} % 3 END",
        "missing_facts": f"CASE WHEN {assessed} THEN {n} % 4 END",
        "levels": f"CASE WHEN {assessed} THEN {levels} ELSE '' END",
        "signed_off_at": f"CASE WHEN {assessed} THEN {at.format(f'{n} % 800')} END",
        "change": f"CASE WHEN {assessed} THEN {n} % 9 - 4 END",
        "draft_since": f"CASE WHEN {n} % 50 = 7 THEN {at.format(f'{n} % 90')} END",
        "plan_due_on": f"CASE WHEN {n} % 4 = 1 THEN {ago.format(f'100 - {n} % 90')} END",
        "plan_items": f"CASE WHEN {n} % 4 = 1 THEN 12 END",
        "plan_done": f"CASE WHEN {n} % 4 = 1 THEN {n} % 12 END",
        "vendors_waiting": f"CASE WHEN {n} % 200 = 3 THEN 1 ELSE 0 END",
        "vendors_since": f"CASE WHEN {n} % 200 = 3 THEN {at.format(f'{n} % 30')} END",
        "active_on": ago.format(f"({n} % 400)"),
    }
    least = "least" if connection.vendor == "postgresql" else "min"
    statement = ", ".join(f"{name} = {value}" for name, value in values.items()).replace("min_of_two", least)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE assessments_organizationstanding SET {statement}")


KEYS: tuple[str, ...] = ()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "SELECT 1")


def get(client: Client, address: str, expected: str = "") -> Callable[[], None]:
    """A job that asks for a page; that it holds what it should is seen once, before."""
    answer = client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    assert expected in answer.content.decode(), f"{address} lacks {expected}"

    def job() -> None:
        assert client.get(address).status_code == 200

    return job


def processor_times(*jobs: Callable[[], None], rounds: int = ROUNDS) -> list[float]:
    """What each takes of the processor in seconds, in this process and in the database's, the jobs taking turns."""
    taken = [0.0] * len(jobs)
    for turn in range(rounds + 2):
        for place, job in enumerate(jobs):
            start = _spent()
            job()
            taken[place] += (_spent() - start) * (turn >= 2)
    return [each / rounds for each in taken]


def _spent() -> float:
    """Processor time so far: what else runs on the machine takes none of it.

    PostgreSQL's is that of the process behind the connection; where that is out of sight, the time that passes.
    """
    if connection.vendor != "postgresql":
        return time.process_time()
    connection.ensure_connection()
    try:
        fields = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return time.perf_counter()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def portfolio_lines(clients: dict[str, Client]) -> dict[str, float]:
    few = get(clients["few"], "/", "50, lowest proven score first")
    many = get(clients["many"], "/", "500+, lowest proven score first")
    address = "/"
    for _ in range(20):
        found_next = re.search('rel="next" href="([^"#]*)', clients["many"].get(address).content.decode())
        address = "/" + unescape(found_next[1]) if found_next else ""
    page_20 = get(clients["many"], address, 'rel="prev"')
    at_few, at_many, at_20 = processor_times(few, many, page_20)
    found = {"portfolio": at_many / at_few, "portfolio, page 20": at_20 / at_few}
    jobs = [get(clients["many"], f"/?{query}") for query in FILTERED]
    first, *times = processor_times(many, *jobs, rounds=12)
    slowest = max(range(len(times)), key=times.__getitem__)
    for query, taken in zip(FILTERED, times, strict=True):
        print(f"    {query:42} {taken / first:5.2f}", file=sys.stderr)
    print(f"    slowest: {FILTERED[slowest]}", file=sys.stderr)
    return found | {"filter and sort, the slowest": times[slowest] / first}


EXPORTS = {"csv": "portfolio.csv", "xlsx": "portfolio.xlsx"}


def export_lines(clients: dict[str, Client]) -> dict[str, float]:
    """First byte and memory of each kind; the rows are counted as they come."""
    found = {}
    for kind, address in EXPORTS.items():
        before = _peak()
        start = time.perf_counter()
        answer = clients["many"].get(f"/{address}")
        pieces = iter(answer.streaming_content)
        next(pieces)
        found[f"export {kind}, first byte (s)"] = time.perf_counter() - start
        lines = sum(piece.count(b"\n") for piece in pieces)
        assert kind == "xlsx" or lines == MANY, f"{lines} lines"
        found[f"export {kind}, more memory (MB)"] = _peak() - before
    return found


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


PEOPLE = ("Ines Halvorsen", "Tom Okafor", "Ruth Adeyemi", "A vendor")
ACTIONS = ("answer-changed", "evidence-added", "report-requested", "vendor-answered")


def write_entries(organization: Organization, count: int) -> None:
    """Entries of an organization, one a second up to now, written in one statement and past the triggers."""

    def one_of(values: tuple[str, ...]) -> str:
        cases = " ".join(f"WHEN {place} THEN '{value}'" for place, value in enumerate(values))
        return f"CASE n %% {len(values)} {cases} END"

    if connection.vendor == "postgresql":
        numbers, at = f"generate_series(0, {count - 1}) AS n", "now() - (%s - n) * interval '1 second'"
    else:
        numbers = "numbers"
        at = "strftime('%%Y-%%m-%%d %%H:%%M:%%S', 'now', '-' || (%s - n) || ' seconds') || '.000000'"
    counting = f"WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count - 1}) "
    statement = (
        f"{counting if numbers == 'numbers' else ''}INSERT INTO assessments_auditevent "
        "(organization_id, actor_name, action, subject, old, new, at) "
        f"SELECT %s, {one_of(PEOPLE)}, {one_of(ACTIONS)}, 'Cost model: question ' || (n %% 97), 'not shown', "
        f"CASE WHEN n = 5 THEN 'zanzibar' ELSE 'shown in part' END, {at} FROM {numbers}"
    )

    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(statement, [organization.pk, count])
    triggers.install(connection)
    assert organization.audit_events.filter(action__in=ACTIONS).count() == count


def activity_lines() -> dict[str, float]:
    owner = person("Active")
    busy, quiet = organizations("Busy", 2, owner)
    Membership.objects.bulk_create(Membership(organization=o, user=owner, role=Role.OWNER) for o in (busy, quiet))
    for organization, count in ((quiet, FEW_ENTRIES), (busy, ENTRIES)):
        write_entries(organization, count)
    analyze()
    client = client_of(owner)
    worst = 0.0
    for query in ("", "?q=question+13", "?q=zanzibar", "?q=nowhere", "?action=report-requested", "?who=Tom+Okafor"):
        jobs = [get(client, reverse("audit_event_list", args=[o.slug]) + query) for o in (quiet, busy)]
        at_quiet, at_busy = processor_times(*jobs, rounds=20)
        print(f"    activity {query or 'all':30} {at_busy / at_quiet:5.2f}", file=sys.stderr)
        worst = max(worst, at_busy / at_quiet)
    return {"activity, 1,000,000 entries of 100, the slowest": worst}


def main() -> None:
    from assessments import framework

    globals()["KEYS"] = framework.current().category_keys
    call_command("migrate", verbosity=0)
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    which = sys.argv[1:] or ["portfolio", "export", "activity"]
    with override_settings(STORAGES={**settings.STORAGES, **plain}, ALLOWED_HOSTS=["testserver"]):
        found: dict[str, float] = {}
        if "portfolio" in which or "export" in which:
            clients = fill()
            found |= portfolio_lines(clients) if "portfolio" in which else {}
            found |= export_lines(clients) if "export" in which else {}
        found |= activity_lines() if "activity" in which else {}
    print(json.dumps(found))
    connection.close()


if __name__ == "__main__":
    main()
