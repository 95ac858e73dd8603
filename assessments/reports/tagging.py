"""What WeasyPrint 70.0 leaves to do for PDF/UA-1, done on its objects before they are written.

It marks the words in the margins of a page as content that no element holds, gives heads of tables no scope, makes
a list item of each `dt` and `dd` wherever it stands, a picture of every drawing, described or not, and calls a link by
the name of its anchor. (ISO 14289-1, 7.1, 7.2, 7.3, 7.5, 7.8 and 7.18.5.) Nothing here changes what is seen.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pydyf

PIXEL = 0.75  # points
PRINTED = 4  # the flag of an annotation that is on paper, too
# What stands for no more than the boxes that laid it out.
GROUPS = {"/Div", "/NonStruct", "/Sect", "/Art", "/Part"}
HEADINGS = [f"/H{level}" for level in range(1, 7)]
# Empty, they still hold a place in their table.
CELLS = {"/TD", "/TH"}


def finish(document: Any, pdf: "pydyf.PDF") -> None:
    """A finisher for `write_pdf`."""
    tree = _Tree(pdf)
    tree.describe_links(document.pages)
    tree.scope_heads()
    tree.raise_headings()
    tree.drop_empty()
    tree.order_lists()
    tree.place_figures()
    tree.mark_artifacts()


class _Tree:
    """The structure tree of a PDF that is not written yet."""

    def __init__(self, pdf: "pydyf.PDF") -> None:
        self.pdf = pdf
        self.pages = [self.object(reference) for reference in pdf.page_references]
        self.root = self.object(pdf.catalog["StructTreeRoot"])
        self.document = self.object(self.root["K"][0])
        self.parents = self.object(self.root["ParentTree"])["Nums"]

    def object(self, reference: bytes) -> Any:
        return self.pdf.objects[int(reference.split()[0])]

    def kids(self, element: Any) -> Iterator[Any]:
        """The elements right below; what is painted on a page and what is a note on it is none."""
        for kid in element["K"]:
            if isinstance(kid, bytes) and "S" in (found := self.object(kid)):
                yield found

    def walk(self, element: Any) -> Iterator[Any]:
        yield element
        for kid in self.kids(element):
            yield from self.walk(kid)

    def adopt(self, element: Any, kids: Iterable[Any]) -> None:
        """Make these elements the only ones below."""
        import pydyf

        element["K"] = pydyf.Array([])
        for kid in kids:
            kid["P"] = element.reference
            element["K"].append(kid.reference)

    def new(self, kind: str, parent: Any, kids: Iterable[Any], page: bytes) -> Any:
        import pydyf

        element = pydyf.Dictionary({"Type": "/StructElem", "S": kind, "Pg": page, "P": parent.reference})
        self.pdf.add_object(element)
        self.adopt(element, kids)
        return element

    # ---- Links

    def describe_links(self, pages: Iterable[Any]) -> None:
        """A link is described by its words; what stands inside one, such as a page number, is no link of its own."""
        for page in pages:
            for _, target, _, box in page.links:
                annotation = getattr(box, "link_annotation", None)
                if annotation is None:
                    continue
                annotation["F"] = PRINTED
                if words := " ".join("".join(box.element.itertext()).split()):
                    annotation["Contents"] = _string(words if "Dest" in annotation else f"{words} ({target})")
        inner = [kid for link in self.walk(self.document) if link["S"] == "/Link" for kid in self.kids(link)]
        for element in [each for kid in inner for each in self.walk(kid)]:
            if element["S"] == "/Link":
                element["S"] = "/Span"
            for reference in [kid for kid in element["K"] if isinstance(kid, bytes)]:
                if (held := self.object(reference)).get("Type") == "/OBJR":
                    element["K"].remove(reference)
                    self.forget(held)

    def forget(self, held: Any) -> None:
        """Take an annotation off its page and out of the tree."""
        annotation = self.object(held["Obj"])
        self.object(held["Pg"])["Annots"].remove(held["Obj"])
        place = self.parents.index(annotation["StructParent"], 2 * len(self.pages))
        del self.parents[place : place + 2]
        held.clear()
        annotation.clear()

    # ---- Tables

    def scope_heads(self) -> None:
        """A head in the head of a table is its column's, any other its row's."""

        def scope(element: Any, value: str) -> None:
            for kid in self.kids(element):
                if kid["S"] == element["S"] == "/Table":
                    kid["S"] = "/TBody"  # the box around rows that stand in no body
                if kid["S"] == "/TH":
                    kid["A"]["Scope"] = value
                scope(kid, "/Column" if kid["S"] == "/THead" else "/Row" if kid["S"] == "/TBody" else value)

        scope(self.document, "/Row")

    def raise_headings(self) -> None:
        """The first heading is one of the first level, and none is two levels below the one before it."""
        before = 0
        for element in self.walk(self.document):
            if element["S"] in HEADINGS:
                before = min(HEADINGS.index(element["S"]) + 1, before + 1)
                element["S"] = HEADINGS[before - 1]

    # ---- Elements without content, and lists

    def drop_empty(self) -> None:
        def is_full(element: Any) -> bool:
            for kid in list(self.kids(element)):
                if not is_full(kid):
                    element["K"].remove(kid.reference)
                    kid.clear()
            return bool(element["K"]) or element["S"] in CELLS

        is_full(self.document)

    def order_lists(self) -> None:
        """In a list nothing but items, in an item nothing but its label and its body, and neither anywhere else."""
        self.order(self.document)

    def order(self, element: Any) -> None:
        if element["S"] == "/L":
            self.adopt(element, list(self.items(element)))
        for kid in list(self.kids(element)):
            if kid["S"] == "/LI" and element["S"] != "/L":
                kid["S"] = "/Div"
            elif kid["S"] in ("/LBody", "/Lbl") and element["S"] != "/LI":
                kid["S"] = "/Div" if kid["S"] == "/LBody" else "/Span"
            self.order(kid)

    def items(self, parent: Any) -> Iterator[Any]:
        for kid in list(self.kids(parent)):
            if kid["S"] == "/LI":
                yield self.item(kid)
            elif kid["S"] == "/Caption" or (kid["S"] == "/L" and self.is_nested(parent)):
                yield kid
            elif kid["S"] == "/Div" and all(each["S"] == "/LI" for each in self.kids(kid)):
                yield self.item(self.group(kid))
            elif kid["S"] in ("/L", "/NonStruct", "/Div"):
                yield from self.items(kid)
            else:
                yield self.new("/LI", parent, [self.new("/LBody", parent, [kid], kid["Pg"])], kid["Pg"])

    def is_nested(self, parent: Any) -> bool:
        """Whether a list in this list is one within it, and not a box around the whole."""
        return any(kid["S"] == "/LI" for kid in self.kids(parent))

    def group(self, element: Any) -> Any:
        """A term and what is said of it, which came as items of their own: one item with a label."""
        bodies = [body for item in self.kids(element) for body in self.kids(item)]
        element["S"] = "/LI"
        if len(bodies) > 1:
            bodies[0]["S"] = "/Lbl"
        self.adopt(element, bodies)
        return element

    def item(self, element: Any) -> Any:
        """One label at most, then one body."""
        kids = list(self.kids(element))
        label = [kid for kid in kids[:1] if kid["S"] == "/Lbl"]
        bodies = kids[len(label) :]
        if len(bodies) != 1 or bodies[0]["S"] != "/LBody":
            for body in bodies:
                body["S"] = "/Div" if body["S"] == "/LBody" else body["S"]
            bodies = [self.new("/LBody", element, bodies, element["Pg"])]
            bodies[0]["P"] = element.reference
        self.adopt(element, label + bodies)
        return element

    # ---- Pictures, and what is none

    def place_figures(self) -> None:
        """Where a picture stands, in the page's own measure; one that nothing describes decorates."""
        for element in list(self.walk(self.document)):
            for kid in [kid for kid in self.kids(element) if kid["S"] == "/Figure"]:
                if "Alt" not in kid:
                    element["K"].remove(kid.reference)
                elif "A" in kid:
                    _, bottom, right, top = self.object(kid["Pg"])["MediaBox"]
                    x1, y1, x2, y2 = (value * PIXEL for value in kid["A"]["BBox"])
                    box = (max(x1, 0), max(top - y2, bottom), min(x2, right), min(top - y1, top))
                    kid["A"]["BBox"] = _array(round(value, 2) for value in box)
        self.drop_empty()

    def mark_artifacts(self) -> None:
        """What is painted and belongs to no element in the tree is an artifact: heads and feet, numbers, ornaments."""
        held = {id(element) for element in self.walk(self.document)}
        for page, (number, references) in zip(self.pages, zip(*[iter(self.parents)] * 2, strict=True), strict=False):
            assert page["StructParents"] == number  # noqa: S101
            loose = {mcid for mcid, reference in enumerate(references) if id(self.object(reference)) not in held}
            for mcid in loose:
                references[mcid] = "null"
            painted = self.object(page["Contents"]).stream
            for place, properties in enumerate(painted):
                if isinstance(properties, dict) and properties.get("MCID") in loose:
                    del properties["MCID"]
                    properties["Type"] = "/Pagination" if painted[place - 1] == "/Span" else "/Layout"
                    painted[place - 1] = "/Artifact"


def _string(words: str) -> Any:
    import pydyf

    return pydyf.String(words)


def _array(values: Iterable[Any]) -> Any:
    import pydyf

    return pydyf.Array(values)
