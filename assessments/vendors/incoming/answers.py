"""The vendor's answers from a workbook that came back, and a report on everything in it.

What comes back is the vendor's own words. It never touches a rating, a note or a follow-up of the buyer's, it erases
nothing, and it does not overwrite an answer that was changed since the file was made, unless by an earlier sending of
the same file.
"""

import re
from collections import Counter
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import IO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations.models import Organization
from assessments.saving.parts import clean_text
from assessments.vendors.incoming.contents import FORMULA, Cell, Sheet, Workbook, read_workbook
from assessments.vendors.incoming.leftovers import Left, Table, left_in
from assessments.vendors.incoming.link_lines import NONE, TITLE_LENGTH, Link, is_same, links_in
from assessments.vendors.models import SAID_MAX_LENGTH, VendorAnswer, VendorEvidence, VendorImport, VendorReview
from assessments.vendors.readings import QuestionReading, ReviewReading, read_review
from assessments.vendors.services import COMPLETE, DELETED, EVIDENCE_MAX_ITEMS
from assessments.vendors.workbook import labels
from assessments.vendors.workbook.labels import ANSWER, INSTRUCTIONS, KEY, LINKS, QUESTIONS, REVIEW, VERSION
from assessments.vendors.workbook.sheets import COLUMNS

HEADER_ROWS = 30  # the header of the table is looked for in so many rows
SHOWN_LENGTH = 60
OTHER_NAMES = {LINKS: ("links", "link", "evidence", "links to the evidence", "evidence links")}
CHANGED = _lazy("This answer was changed here since the file was made. Nothing was overwritten.")


@dataclass(frozen=True, slots=True)
class Line:
    """What became of a row of the file, or of a question that is not in it (`row` is None).

    `state` is taken, unchanged, refused or missing. `yours` is what the file says where that was refused, `theirs` what
    stands here instead, or stood here before. `notes` are sentences about the links and about what else the cells
    hold. With `take_as`, the mark of the file, its words can still be taken.
    """

    row: int | None
    question: QuestionReading | None
    name: str
    state: str
    reason: str = ""
    yours: str = ""
    theirs: str = ""
    notes: tuple[str, ...] = ()
    take_as: str = ""


@dataclass(frozen=True, slots=True)
class Import:
    """Line by line, in the order of the file, what is not in it at the end. `notes` are about the file as a whole.

    `left` is what the file holds besides. `report` is the row in which all of this is kept.
    """

    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    answers: int
    links: int
    left: tuple[Left, ...] = ()
    report: VendorImport | None = None

    def of(self, state: str) -> list[Line]:
        return [line for line in self.lines if line.state == state]

    @property
    def refused(self) -> list[Line]:
        return self.of("refused")

    @property
    def counts(self) -> dict[str, int]:
        return {state: len(self.of(state)) for state in ("taken", "unchanged", "refused", "missing")}


@dataclass(slots=True)
class _Row:
    """A row of the file with the cells that count."""

    number: int
    key: Cell
    answer: Cell
    links: Cell
    version: str

    @property
    def words(self) -> str:
        return "\n".join(filter(None, (self.answer.words, self.links.words)))


class MadeForAnotherError(ValidationError):
    """The file was made for a review of another vendor or organization: it is read once somebody has said so."""

    def __init__(self, question: str, made_for: int) -> None:
        super().__init__(question)
        self.made_for = made_for


def import_answers(
    review: VendorReview, upload: IO[bytes], *, filename: str, size: int, actor: User, made_for: int | None = None
) -> Import:
    """Take the vendor's answers from a file, all in one transaction, and say line by line what became of them.

    ValidationError, and nothing is taken, if the file cannot be read or the review is complete; `MadeForAnotherError`
    if it was made for the review of somebody else, unless `made_for` is the number of that review.
    """
    book = read_workbook(upload, filename=filename, size=size)
    sheet, others = _questions_sheet(book)
    header, places = _header(sheet)
    rows = _rows(sheet, header, places)
    with transaction.atomic():
        locked = VendorReview.objects.select_for_update(of=("self",)).filter(pk=review.pk).first()
        if locked is None:
            raise ValidationError(DELETED)
        if locked.is_complete:
            raise ValidationError(COMPLETE)
        asked_in = _review_asked_in(book)
        is_ours = asked_in == review.pk or review.vendor.reviews.filter(pk=asked_in).exists()
        if not is_ours and asked_in != made_for:
            raise MadeForAnotherError(_question(review, asked_in, actor), asked_in)
        list(VendorAnswer.objects.select_for_update().filter(review=review).values_list("pk"))
        readings = [read_review(review)]
        if is_ours and asked_in != review.pk:
            readings.append(_read_other(review, asked_in))
        taking = _Taking(readings[0], asked_in=asked_in, is_ours=is_ours, actor=actor)
        lines = taking.take(rows)
        keys = {row.number: row.key.text.casefold() for row in rows if row.key.text.casefold() in taking.questions}
        table = Table(sheet, header, places, keys, {row.number for row in rows})
        left = left_in(book, table, readings) if is_ours else ()
        notes = [*_notes(book, sheet, others, places)] if is_ours else [str(ANOTHER)]
        notes += [str(EARLIER)] if is_ours and asked_in != review.pk else []
        done = Import(tuple(lines), tuple(notes), taking.answers, len(taking.added), left)
        if done.answers or done.links:
            VendorReview.objects.filter(pk=review.pk).update(imported_at=timezone.now())
            _record(review, done, actor)
        return _keep(review, done, filename, actor)


ANOTHER = _lazy(
    "The file was made for somebody else. Only questions without an answer were filled from it, and nothing else "
    "that it holds was kept."
)
EARLIER = _lazy(
    "The file was made for another review of this vendor. Only questions without an answer were filled from it."
)


def _read_other(review: VendorReview, pk: int) -> ReviewReading:
    other = VendorReview.objects.get(pk=pk)
    other.vendor = review.vendor
    return read_review(other)


def _keep(review: VendorReview, done: Import, filename: str, actor: User) -> Import:
    """Store the report, so that it can be read again and what was refused can still be taken."""
    lines = [
        {
            **{name: getattr(line, name) for name in ("row", "name", "state", "reason", "yours", "theirs", "take_as")},
            "notes": list(line.notes),
            "before": line.question.answer.vendor_said if line.question and line.take_as else "",
            "key": line.question.key if line.question else "",
        }
        for line in done.lines
    ]
    report = VendorImport.objects.create(
        review=review,
        filename=filename[-200:],
        answers=done.answers,
        links=done.links,
        report={"lines": lines, "notes": list(done.notes), "left": [asdict(each) for each in done.left]},
        created_by=actor,
    )
    return Import(done.lines, done.notes, done.answers, done.links, done.left, report)


def take_refused(report: VendorImport, key: str, *, actor: User) -> None:
    """Take the file's words for an answer that had changed here, now that somebody has seen both.

    ValidationError if that was done already, or the answer is no longer the one that was shown beside them.
    """
    with transaction.atomic():
        review = VendorReview.objects.select_for_update(of=("self",)).filter(pk=report.review_id).first()
        if review is None:
            raise ValidationError(DELETED)
        if review.is_complete:
            raise ValidationError(COMPLETE)
        report = VendorImport.objects.select_for_update().get(pk=report.pk)
        line = next((each for each in report.report["lines"] if each["key"] == key and each["take_as"]), None)
        if line is None:
            raise ValidationError(_("These words were taken already."))
        answer = VendorAnswer.objects.select_for_update().get(review=review, question_key=key)
        if answer.vendor_said != line["before"]:
            raise ValidationError(_("The answer has changed again meanwhile. Import the file once more to see both."))
        now = timezone.now()
        answer.vendor_said, answer.vendor_said_from, answer.vendor_at = line["yours"], line["take_as"], now
        answer.vendor_said_version += 1
        answer.save(update_fields=["vendor_said", "vendor_said_version", "vendor_said_from", "vendor_at"])
        line.update(take_as="", state="taken", reason=_("Taken from the file after both were seen."))
        report.answers += 1
        report.save(update_fields=["report", "answers"])
        VendorReview.objects.filter(pk=review.pk).update(imported_at=now)
        trail.record(
            Action.VENDOR_ANSWERS_IMPORTED,
            organization=report.review.vendor.organization_id,
            subject=f"{report.review.vendor}: {line['name']}",
            old=line["before"],
            new=line["yours"],
            actor=actor,
        )


def _record(review: VendorReview, done: Import, actor: User) -> None:
    counts = [*((number, state) for state, number in done.counts.items()), (done.links, "links added")]
    trail.record(
        Action.VENDOR_ANSWERS_IMPORTED,
        organization=review.vendor.organization_id,
        subject=review.vendor.name,
        new=", ".join(f"{number} {what}" for number, what in counts),
        actor=actor,
    )


# ---- Finding the table


def _header(sheet: Sheet) -> tuple[int, dict[str, int]]:
    """The row of the header and the place of each column in it, by the columns' names, whatever their case."""
    wanted = {called: name for name in COLUMNS for called in labels.known_as(name)}
    best: tuple[int, dict[str, int]] = (0, {})
    for number, cells in sheet.rows.items():
        if number > HEADER_ROWS:
            break
        texts = {place: " ".join(cell.text.casefold().split()) for place, cell in sorted(cells.items())}
        places: dict[str, int] = {}
        for place, text in texts.items():
            if name := wanted.get(text):
                places.setdefault(name, place)
        for name, others in OTHER_NAMES.items():
            if KEY in places and name not in places:
                place = next((place for place, text in texts.items() if text in others), 0)
                places |= {name: place} if place else {}
        if len(places) > len(best[1]):
            best = (number, places)
    return best


def _questions_sheet(book: Workbook) -> tuple[Sheet, list[str]]:
    """The sheet with the questions and the names of the others that hold answers, too; ValidationError if none does."""
    with_rows = [sheet for sheet in book.sheets if sheet.rows]
    if not with_rows:
        raise ValidationError(_("There is nothing in the file."))
    headers = [(sheet, _header(sheet)[1]) for sheet in with_rows]
    complete = [sheet for sheet, places in headers if {KEY, ANSWER} <= places.keys()]
    complete.sort(key=lambda sheet: not labels.is_called(sheet.name, QUESTIONS))
    if complete:
        return complete[0], [sheet.name for sheet in complete[1:]]
    nearest = max(headers, key=lambda each: len(each[1]))[1]
    missing = [f"“{labels.said(name)}”" for name in (KEY, ANSWER) if name not in nearest]
    if len(missing) > 1:
        said = _(
            "The file has no column {one} and no column {other}. "
            "Put the name back into the row above the questions, or start from a fresh copy of the file."
        ).format(one=missing[0], other=missing[1])
    else:
        said = _(
            "The file has no column {one}. "
            "Put the name back into the row above the questions, or start from a fresh copy of the file."
        ).format(one=missing[0])
    raise ValidationError(said)


def _rows(sheet: Sheet, header: int, places: dict[str, int]) -> list[_Row]:
    rows = []
    for number, cells in sheet.rows.items():
        if number <= header:
            continue
        key, answer, links, version = (cells.get(places.get(name, 0), Cell()) for name in (KEY, ANSWER, LINKS, VERSION))
        if any(cell.words or cell.trouble for cell in (key, answer, links)):
            rows.append(_Row(number, key, answer, links, version.text))
    return rows


def _review_asked_in(book: Workbook) -> int:
    """The number of the review that the file was made for; ValidationError if it names none."""
    found = book.properties.get(REVIEW) or _beside(book, REVIEW)
    if not re.fullmatch(r"[0-9]{1,18}", found):
        said = _(
            "The file does not say which review it belongs to. Use the file that was downloaded here, with the sheet "
            "“{sheet}” in it, and copy the answers there."
        )
        raise ValidationError(said.format(sheet=labels.said(INSTRUCTIONS)))
    return int(found)


def _question(review: VendorReview, made_for: int, actor: User) -> str:
    """Whether to read it all the same. Whom it was made for is named only to somebody who may know."""
    other = VendorReview.objects.filter(pk=made_for).select_related("vendor__organization").first()
    vendor, here = review.vendor, review.vendor.organization
    if other and Organization.objects.filter(pk=other.vendor.organization_id).opened_by(actor).exists():
        at = other.vendor.organization
        whom = _("{vendor} at {organization}").format(vendor=other.vendor, organization=at)
    else:
        whom = _("a review that you cannot open")
    said = _("This workbook was made for {whom}. Read it for {vendor} at {here}?")
    return said.format(whom=whom, vendor=vendor, here=here)


def _beside(book: Workbook, label: str) -> str:
    """The text in the next filled cell behind a label, on whichever sheet it stands."""
    for sheet in book.sheets:
        for cells in sheet.rows.values():
            texts = [cell.text for _, cell in sorted(cells.items())]
            for text, following in pairwise(texts):
                if labels.is_called(text, label):
                    return following
    return ""


def _notes(book: Workbook, sheet: Sheet, others: list[str], places: dict[str, int]) -> list[str]:
    notes = []
    if others:
        names = ", ".join(f"“{name[:SHOWN_LENGTH]}”" for name in others)
        said = _("Only the sheet “{sheet}” was read, not {names}.")
        notes.append(said.format(sheet=sheet.name[:SHOWN_LENGTH], names=names))
    if LINKS not in places:
        said = _("The file has no column “{column}”, so no links were looked for but those behind answers.")
        notes.append(said.format(column=labels.said(LINKS)))
    if sheet.merged:
        notes.append(
            _(
                "Cells are merged in the file; of these only the first one keeps its text. Look at the answers that "
                "are named as empty."
            )
        )
    if book.has_links:
        notes.append(_("The file refers to other workbooks. None of them was opened."))
    if book.unread:
        said = _("These parts of the file could not be read: {parts}. Open it and look for notes.")
        notes.append(said.format(parts=", ".join(book.unread)))
    return notes


# ---- Taking


class _Taking:
    """Goes through the rows of a file and keeps what is to be written, to write it at once."""

    def __init__(self, reading: ReviewReading, *, asked_in: int, is_ours: bool, actor: User) -> None:
        self.questions = {row.key: row for row in reading.questions}
        self.asked_in, self.is_same = asked_in, asked_in == reading.review.pk
        self.is_ours, self.actor, self.now = is_ours, actor, timezone.now()
        self.changed: list[VendorAnswer] = []
        self.added: list[VendorEvidence] = []
        self.answers = 0

    def take(self, rows: list[_Row]) -> list[Line]:
        keys = Counter(row.key.text.casefold() for row in rows)
        lines = [self._line(row, keys[row.key.text.casefold()]) for row in rows]
        seen = {line.question.key for line in lines if line.question}
        missing = [row for row in self.questions.values() if row.key not in seen]
        lines += [Line(None, row, row.ask, "missing", _("Not in the file; nothing was changed.")) for row in missing]
        VendorAnswer.objects.bulk_update(
            self.changed, ["vendor_said", "vendor_said_version", "vendor_said_from", "vendor_at"]
        )
        VendorEvidence.objects.bulk_create(self.added)
        return lines

    def _line(self, row: _Row, times: int) -> Line:
        question = self.questions.get(row.key.text.casefold())
        if question is None:
            name = row.key.text[:SHOWN_LENGTH] or row.answer.text[:SHOWN_LENGTH]
            return Line(row.number, None, name, "refused", _stray(row), yours=row.words)
        about = (row.number, question, question.ask)
        if times > 1:
            reason = _("The question stands in {n} rows. Keep the one that counts and import the file again.")
            return Line(*about, "refused", reason.format(n=times), yours=row.words)
        for name, cell in ((ANSWER, row.answer), (LINKS, row.links)):
            if cell.trouble:
                return Line(*about, "refused", _trouble(name, cell), yours=row.words)
        try:
            said = clean_text(row.answer.text, SAID_MAX_LENGTH, "answer")
        except ValidationError as error:
            return Line(*about, "refused", error.messages[0], yours=row.words)
        if row.answer.raw and clean_text(row.answer.raw, 10**6, "answer") == question.answer.vendor_said:
            said = question.answer.vendor_said  # from an export that did not write its letters escaped
        return self._taken(row, question, said)

    def _taken(self, row: _Row, question: QuestionReading, said: str) -> Line:
        answer, about = question.answer, (row.number, question, question.ask)
        before, mark = answer.vendor_said, self._mark(row)
        is_new = said not in ("", before)
        added, link_notes = self._add_links(question, row)
        notes = (*link_notes, *row.answer.notes, *row.links.notes) if self.is_ours else link_notes
        may_replace = self._may_replace(answer, row.version, mark)
        if is_new and may_replace:
            self.answers += 1
            answer.vendor_said, answer.vendor_said_version = said, answer.vendor_said_version + 1
            answer.vendor_said_from = mark
        if (is_new and may_replace) or added:
            answer.vendor_at = self.now
            self.changed.append(answer)
        if is_new and not may_replace:
            return Line(*about, "refused", str(CHANGED), said, before or _("Nothing"), notes, take_as=mark)
        if is_new and before:
            return Line(*about, "taken", _("These words replace those that stood here."), theirs=before, notes=notes)
        if is_new or added:
            same = _("The answer is the same.") if said else _("The answer here stays.") if before else ""
            return Line(*about, "taken", "" if is_new else same, notes=notes)
        if said:
            reason = _("The same as here.")
        else:
            reason = _("Empty in the file; the answer here stays.") if before else _("No answer yet.")
        return Line(*about, "unchanged", reason, notes=notes)

    def _mark(self, row: _Row) -> str:
        """By which file an answer came: another sending of the same file may correct it."""
        return f"{self.asked_in}/{row.version if re.fullmatch('[0-9]{1,9}', row.version) else '?'}"

    def _may_replace(self, answer: VendorAnswer, version: str, mark: str) -> bool:
        """A file without a version that can be trusted only fills what is empty, or corrects what it filled itself."""
        if answer.vendor_said_from == mark:
            return True
        if self.is_same and re.fullmatch(r"[0-9]{1,9}", version):
            return int(version) == answer.vendor_said_version
        return not answer.vendor_said

    # ---- Links

    def _add_links(self, question: QuestionReading, row: _Row) -> tuple[int, tuple[str, ...]]:
        known, notes, added = {item.url: item.title for item in question.evidence}, [], 0
        room = EVIDENCE_MAX_ITEMS - len(question.evidence)
        for line, link in self._links(row):
            if not link.error and link.url in known:
                if link.title not in (known[link.url], link.url[:TITLE_LENGTH]):
                    said = _("“{line}” is attached already, as “{name}”; the new name was not taken.")
                    notes.append(said.format(line=line, name=known[link.url]))
                continue
            error = link.error
            if not error and added == room:
                error = _("a question holds at most {most} pieces of evidence").format(most=EVIDENCE_MAX_ITEMS)
            if error:
                notes.append(_("“{line}” was not added: {reason}.").format(line=line, reason=error))
                continue
            known[link.url] = link.title
            added += 1
            notes += link.notes
            self.added.append(
                VendorEvidence(
                    answer=question.answer, title=link.title, url=link.url, by_vendor=True, created_by=self.actor
                )
            )
        if added:
            notes.insert(0, ngettext("{count} link added.", "{count} links added.", added).format(count=added))
        return added, tuple(notes)

    def _links(self, row: _Row) -> list[tuple[str, Link]]:
        """What stands in the column of links, line by line, and where words lead that are no addresses."""
        lines = [line for line in map(str.strip, row.links.text.splitlines()) if line]
        found = [(line, link) for line in lines for link in links_in(line)]
        behind = [each for each in row.links.links if not any(is_same(each, link.url) for _, link in found)]
        if behind and not any(link.url for _, link in found):
            words = " ".join(lines)
            found = [(line, link) for line, link in found if link.error != NONE]  # the words name what is behind them
            found += [_behind(each, words) for each in behind]
        else:
            found += [_behind(each, "") for each in behind]
        for each in row.answer.links:
            bare = each.removeprefix("mailto:").partition("?")[0]
            if bare not in row.answer.text and not any(is_same(each, url) for url in row.answer.text.split()):
                found.append(_behind(each, row.answer.text, is_answer=True))
        return found


def _behind(address: str, words: str, *, is_answer: bool = False) -> tuple[str, Link]:
    """A link that lies behind words: these name it."""
    line = " ".join(words.split())
    if address.startswith("#"):
        return f"{line} → {address[1:]}", Link("", error=_("it leads to a place in the file"))
    link = links_in(address)[0]
    if link.error:
        return f"{line} → {address}".removeprefix(" → "), link
    leads = _("The answer leads to {url}, which was added as a link.")
    notes = (leads.format(url=link.url),) if is_answer else ()
    if len(line) > TITLE_LENGTH and not is_answer:
        notes = (_("The name of the link was cut; in the file it is “{name}”.").format(name=line),)
    return address, Link(link.url, line[:TITLE_LENGTH] or link.title, notes=notes)


def _trouble(name: str, cell: Cell) -> str:
    """Why a cell of a column could not be read, as a sentence."""
    if cell.trouble == FORMULA:
        return _("“{column}” holds a formula; write the text itself.").format(column=labels.said(name))
    return _("“{column}” holds the error {error}.").format(column=labels.said(name), error=cell.text)


def _stray(row: _Row) -> str:
    """What is said of a row that belongs to no question of the review."""
    if row.key.trouble:
        return _trouble(KEY, row.key)
    if not row.key.text:
        said = _("“{column}” is empty, so it is not known which question this answers.")
        return said.format(column=labels.said(KEY))
    return _("“{key}” is no question of this review.").format(key=row.key.text[:SHOWN_LENGTH])
