"""Ask the advisory service whether a version that the site pins has a known vulnerability, and say where nobody could.

`make audit` fails on a finding. `make test` only tells of it: what is published tonight says nothing about the code.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 300
COMMAND = [sys.executable, "-m", "pip_audit", "--requirement", "requirements/base.txt", "--no-deps", "--disable-pip"]
COMMAND += ["--format", "json", "--progress-spinner", "off", "--timeout", "10"]
AWAY = "Not audited: the advisory service is not within reach."


def verdict(report: str) -> tuple[str, bool]:
    """What pip-audit's JSON says, in words, and whether it is a finding.

    A network may have a package registry without advisories: pip-audit then finds none, having looked at nothing.
    """
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        return AWAY, False
    skipped = [package for package in packages if "skip_reason" in package]
    found = [
        f"{package['name']} {package['version']}: {each['id']}, fixed in {', '.join(each['fix_versions']) or 'none'}"
        for package in packages
        for each in package.get("vulns", [])
    ]
    if packages and len(skipped) == len(packages):
        return AWAY, False
    what = "known vulnerability" if len(found) == 1 else "known vulnerabilities"
    looked = f"{len(packages) - len(skipped)} of {len(packages)} packages looked up"
    lines = [f"Audit: {looked}, {len(found) or 'no'} {what}."]
    return "\n".join([*lines, *found]), bool(found)


def main() -> int:
    try:
        done = subprocess.run(COMMAND, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
        words, is_finding = verdict(done.stdout)
    except subprocess.TimeoutExpired:
        words, is_finding = AWAY, False
    print(words)
    return int(is_finding and "--tell" not in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
