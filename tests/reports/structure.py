"""Reads the structure tree of a PDF and says what PDF/UA-1 does not allow in it."""

import io
from collections import defaultdict

import pikepdf

HEADINGS = {f"H{level}" for level in range(1, 7)}
ABOVE = {
    "LI": {"L"},
    "Lbl": {"LI"},
    "LBody": {"LI"},
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TH": {"TR"},
    "TD": {"TR"},
    "THead": {"Table"},
    "TBody": {"Table"},
}
BELOW = {
    "L": {"L", "LI", "Caption"},
    "LI": {"Lbl", "LBody"},
    "Table": {"TR", "THead", "TBody", "TFoot", "Caption"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TR": {"TH", "TD"},
}


def faults(content):
    """One line for each thing that a checker of PDF/UA-1 would mark."""
    with pikepdf.open(io.BytesIO(content)) as document:
        tree = Tree(document)
        return [*tree.of_document(), *tree.of_elements(), *tree.of_headings(), *tree.of_pages(), *tree.of_annotations()]


class Tree:
    def __init__(self, document):
        self.document = document
        self.root = document.Root.StructTreeRoot
        numbers = list(self.root.ParentTree.Nums)
        self.parents = {int(numbers[n]): numbers[n + 1] for n in range(0, len(numbers), 2)}
        self.marked = defaultdict(set)  # by page, what elements hold
        self.described = set()  # annotations that a link holds
        self.elements = list(self.walk(self.root.K[0], None))

    def walk(self, element, above):
        """Each element with its kind and the kinds right above and below."""
        below = []
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary):
                if "/S" in kid:
                    below.append(kid)
                elif kid.Type == "/OBJR":
                    self.described.add(kid.Obj.objgen)
            else:
                self.marked[element.Pg.objgen].add(int(kid))
        kind = str(element.S)[1:]
        yield element, kind, above, [str(kid.S)[1:] for kid in below]
        for kid in below:
            if kid.P.objgen != element.objgen:
                raise AssertionError(f"{kid.S} does not know that it is in {kind}")
            yield from self.walk(kid, kind)

    def of_document(self):
        root = self.document.Root
        with self.document.open_metadata() as metadata:
            is_named = metadata.get("pdfuaid:part") == "1" and metadata.get("dc:title")
        checks = {
            "not marked": bool(root.MarkInfo.Marked),
            "no language": str(root.get("/Lang", "")),
            "title not shown": bool(root.ViewerPreferences.DisplayDocTitle),
            "XMP without PDF/UA-1 or title": is_named,
        }
        return [fault for fault, holds in checks.items() if not holds]

    def of_elements(self):
        for element, kind, above, below in self.elements:
            if above not in ABOVE.get(kind, {above}):
                yield f"{kind} in {above}"
            yield from (f"{each} below {kind}" for each in below if each not in BELOW.get(kind, {each}))
            if kind == "Figure" and not str(element.get("/Alt", "")):
                yield "Figure without Alt"
            if kind == "Figure" and not is_on_page(element):
                yield f"Figure at {list(element.A.BBox)}, off its page"
            if kind == "TH" and str(element.A.get("/Scope", "")) not in ("/Row", "/Column"):
                yield "TH without Scope"
            if kind == "Link" and above == "Link":
                yield "Link in Link"
            if not list(element.get("/K", [])) and kind not in ("TD", "TH"):
                yield f"{kind} without content"

    def of_headings(self):
        """The first is of the first level, and no level is left out."""
        before = 0
        for level in (int(kind[1]) for _, kind, _, _ in self.elements if kind in HEADINGS):
            if level > before + 1:
                yield f"H{level} after H{before}"
            before = level

    def of_pages(self):
        """What is painted is an artifact or belongs to an element of the tree, once."""
        for number, page in enumerate(self.document.pages, 1):
            if page.get("/Tabs") != "/S":
                yield f"page {number} without an order of tabs"
            held, inside, seen = self.marked[page.objgen], [], set()
            for instruction in pikepdf.parse_content_stream(page):
                operator = str(instruction.operator)
                if operator in ("BMC", "BDC"):
                    properties = instruction.operands[1] if operator == "BDC" else {}
                    mcid = properties.get("/MCID")
                    inside.append(str(instruction.operands[0]))
                    if mcid is not None:
                        seen.add(int(mcid))
                    elif inside[-1] != "/Artifact":
                        yield f"page {number}: {inside[-1]} is neither in the tree nor an artifact"
                elif operator == "EMC":
                    inside.pop()
                elif operator in ("Tj", "TJ", "Do", "S", "s", "f", "f*", "B", "B*", "b", "sh") and not inside:
                    yield f"page {number}: {operator} outside of everything"
            if seen != held:
                yield f"page {number}: {len(seen ^ held)} marks are painted or held alone"
            parents = self.parents[int(page.StructParents)]
            known = {n for n, parent in enumerate(parents) if isinstance(parent, pikepdf.Dictionary)}
            if known != held:
                yield f"page {number}: the tree of parents knows {len(known ^ held)} marks more or fewer"

    def of_annotations(self):
        for number, page in enumerate(self.document.pages, 1):
            for annotation in page.get("/Annots", []):
                if annotation.objgen not in self.described:
                    yield f"page {number}: a link that no element holds"
                if self.parents[int(annotation.StructParent)].S != "/Link":
                    yield f"page {number}: a link whose element is none"
                if len(str(annotation.get("/Contents", ""))) < len("link"):
                    yield f"page {number}: a link without a description"

    def links(self):
        return [str(each.Contents) for page in self.document.pages for each in page.get("/Annots", [])]


def is_on_page(figure):
    x1, y1, x2, y2 = (float(value) for value in figure.A.BBox)
    _, _, width, height = (float(value) for value in figure.Pg.MediaBox)
    return 0 <= x1 < x2 <= width and 0 <= y1 < y2 <= height
