"""Write what the site is made of as a CycloneDX bill of materials: every pinned package with its hashes and license."""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from scorecard.settings import VERSION

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[^]]*\])?==(?P<version>[^ ;\\]+)(?P<rest>(.*\\\n)*.*)", re.M)


def pinned(text: str) -> Iterator[tuple[str, str, list[str]]]:
    """Name, version and SHA-256 sums of every package in a file of requirements."""
    for match in PINNED.finditer(text):
        yield match["name"], match["version"], re.findall(r"--hash=sha256:([0-9a-f]{64})", match["rest"])


def license_of(name: str) -> str:
    try:
        found = metadata(name)
    except PackageNotFoundError:
        return ""
    trove = [line.rpartition(" :: ")[2] for line in found.get_all("Classifier", []) if line.startswith("License ::")]
    text = found.get("License-Expression") or (trove[0] if trove else found.get("License", ""))
    return str(text).strip().splitlines()[0][:100] if text else ""


def bill(text: str) -> str:
    bom = Bom()
    bom.metadata.component = Component(
        name="ai-infrastructure-scorecard",
        version=VERSION,
        type=ComponentType.APPLICATION,
        licenses=[DisjunctiveLicense(id="Apache-2.0")],
    )
    for name, version, sums in pinned(text):
        license = license_of(name)
        component = Component(
            name=name,
            version=version,
            type=ComponentType.LIBRARY,
            purl=PackageURL("pypi", name=name.lower(), version=version),
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each) for each in sums],
            licenses=[DisjunctiveLicense(name=license)] if license else [],
        )
        bom.components.add(component)
        bom.register_dependency(bom.metadata.component, [component])
    return str(make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2))


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "var" / "sbom.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(bill((ROOT / "requirements" / "base.txt").read_text()))
    print(f"{path} has the bill of materials, in CycloneDX 1.6.")


if __name__ == "__main__":
    main()
