"""The five files of one version, each as its content together with the document it was read from."""

from dataclasses import dataclass
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
        scorecard=Source(*read_document(folder / "scorecard.yaml", ScorecardFile)),
        vendor=Source(*read_document(folder / "vendor_questions.yaml", VendorChecklist)),
        roadmap=Source(*read_document(folder / "roadmap.yaml", RoadmapFile)),
        handbook=Source(*read_document(read / "handbook.yaml", Handbook)),
        calculators=Source(*read_document(read / "calculators.yaml", CalculatorsFile)),
    )
