"""Which topics a kind of offer is asked about first; the rest is asked where it matters."""

from collections.abc import Iterable

from assessments.framework import VendorTopic
from assessments.vendors.models import VendorReview

Kind = VendorReview.Kind

FIRST = {
    Kind.CLOUD: ("topic-workload", "topic-utilization", "topic-networking", "topic-observability", "topic-security"),
    Kind.INFERENCE: ("topic-serving", "topic-workload", "topic-observability", "topic-security"),
    Kind.HARDWARE: ("topic-networking", "topic-data-pipeline", "topic-utilization", "topic-facilities"),
    Kind.SPACE: ("topic-facilities", "topic-security"),
    Kind.SOFTWARE: ("topic-serving", "topic-observability", "topic-data-pipeline", "topic-security"),
}


def is_first(kind: str, topic_key: str) -> bool:
    """Whether a topic is asked first of this kind of offer; every topic is where nobody said what is offered."""
    return kind not in FIRST or topic_key in FIRST[Kind(kind)]


def in_order(kind: str, topics: Iterable[VendorTopic]) -> tuple[VendorTopic, ...]:
    """The topics as they are put to a kind of offer: those that decide about it first, each in its usual order."""
    return tuple(sorted(topics, key=lambda topic: not is_first(kind, topic.key)))
