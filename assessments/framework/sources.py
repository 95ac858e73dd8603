"""The files of one version, each as its content together with the document it was read from.

A framework of one's own needs a scorecard. What else it leaves out is the product's: the roadmap, the handbook and the
calculators, without what is about categories that it does not have. Without vendor questions it has none.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

from assessments.framework.definitions import (
    CalculatorsFile,
    Framework,
    Handbook,
    RoadmapFile,
    ScorecardFile,
    VendorChecklist,
)
from assessments.framework.documents import Document, read_document
from assessments.framework.overlays import overlaid

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Source(Generic[Content]):
    content: Content
    document: Document


@dataclass(frozen=True, slots=True)
class Sources:
    scorecard: Source[ScorecardFile]
    vendor: Source[VendorChecklist]
    roadmap: Source[RoadmapFile]
    handbook: Source[Handbook]
    calculators: Source[CalculatorsFile]

    @property
    def documents(self) -> tuple[Document, ...]:
        sources = (self.scorecard, self.vendor, self.roadmap, self.handbook, self.calculators)
        return tuple(source.document for source in sources)

    def spoken(self, folder: Path, edition: Path, language: str) -> "Sources":
        """In another language, as far as there are files of it; the places are folders of a version or edition."""
        return replace(
            self,
            scorecard=_spoken(self.scorecard, folder / language / "scorecard.yaml"),
            vendor=_spoken(self.vendor, folder / language / "vendor_questions.yaml"),
            roadmap=_spoken(self.roadmap, folder / language / "roadmap.yaml"),
            handbook=_spoken(self.handbook, edition / language / "handbook.yaml"),
            calculators=_spoken(self.calculators, edition / language / "calculators.yaml"),
        )

    def framework(self) -> Framework:
        scorecard = self.scorecard.content
        heading = scorecard.framework
        return Framework(
            key=heading.key,
            version=heading.version,
            title=heading.title,
            summary=heading.summary,
            scale=scorecard.scale,
            facts=scorecard.facts,
            categories=scorecard.categories,
            vendor=self.vendor.content,
            phases=self.roadmap.content.phases,
            handbook=self.handbook.content,
            calculators=self.calculators.content.calculators,
        )


def read_sources(folder: Path, edition: Path | None = None) -> Sources:
    """The files of a version; handbook and calculators out of the folder of an edition, if one is given."""
    read = edition or folder
    return Sources(
        scorecard=_read(folder / "scorecard.yaml", ScorecardFile),
        vendor=_read(folder / "vendor_questions.yaml", VendorChecklist),
        roadmap=_read(folder / "roadmap.yaml", RoadmapFile),
        handbook=_read(read / "handbook.yaml", Handbook),
        calculators=_read(read / "calculators.yaml", CalculatorsFile),
    )


def read_own_sources(folder: Path, house: Path, edition: Path, language: str) -> Sources:
    """The files of a framework of one's own; `house` and `edition` are the folders that the product's come from."""
    scorecard = _read(folder / "scorecard.yaml", ScorecardFile)
    known = frozenset(category.key for category in scorecard.content.categories)
    vendor: Source[VendorChecklist] = Source(VendorChecklist((), ()), Document("", lambda node: None, is_own=False))
    if (folder / "vendor_questions.yaml").exists():
        vendor = _read(folder / "vendor_questions.yaml", VendorChecklist)
    if (folder / "roadmap.yaml").exists():
        roadmap = _read(folder / "roadmap.yaml", RoadmapFile)
    else:
        borrowed = _spoken(_read(house / "roadmap.yaml", RoadmapFile), house / language / "roadmap.yaml")
        roadmap = Source(_roadmap_about(borrowed.content, known), _borrowed(borrowed.document))
    if (folder / "handbook.yaml").exists():
        handbook = _read(folder / "handbook.yaml", Handbook)
    else:
        read = _spoken(_read(edition / "handbook.yaml", Handbook), edition / language / "handbook.yaml")
        handbook = Source(_handbook_about(read.content, known), _borrowed(read.document))
    if (folder / "calculators.yaml").exists():
        calculators = _read(folder / "calculators.yaml", CalculatorsFile)
    else:
        house_calculators = _read(edition / "calculators.yaml", CalculatorsFile)
        house_calculators = _spoken(house_calculators, edition / language / "calculators.yaml")
        calculators = Source(house_calculators.content, _borrowed(house_calculators.document))
    return Sources(scorecard, vendor, roadmap, handbook, calculators)


def _read(path: Path, shape: type[Content]) -> Source[Content]:
    return Source(*read_document(path, shape))


def _spoken(source: Source[Content], path: Path) -> Source[Content]:
    return replace(source, content=overlaid(source.content, path))


def _borrowed(document: Document) -> Document:
    """With the keys that may be referred to, and without its own references, which were checked where it is from."""
    return replace(document, references=[], is_own=False)


def _roadmap_about(roadmap: RoadmapFile, known: frozenset[str]) -> RoadmapFile:
    def kept(keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(key for key in keys if key in known)

    return RoadmapFile(
        tuple(
            replace(
                phase, tasks=tuple(replace(t, categories=kept(t.categories)) for t in phase.tasks if kept(t.categories))
            )
            for phase in roadmap.phases
        )
    )


def _handbook_about(handbook: Handbook, known: frozenset[str]) -> Handbook:
    return replace(
        handbook,
        red_flags=tuple(flag for flag in handbook.red_flags if flag.category in known),
        pitfalls=tuple(pitfall for pitfall in handbook.pitfalls if pitfall.category in known),
        workloads=tuple(
            replace(each, categories=tuple(key for key in each.categories if key in known))
            for each in handbook.workloads
        ),
        nist=tuple(
            replace(
                part,
                categories=tuple(
                    replace(each, touched_by=tuple(key for key in each.touched_by if key in known))
                    for each in part.categories
                ),
            )
            for part in handbook.nist
        ),
    )
