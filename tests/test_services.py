"""The units of `docs/systemd` are ones that systemd takes, and start what is there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.processes import ROOT

UNITS = sorted((ROOT / "docs" / "systemd").iterdir())


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_finds_no_fault_in_the_units(tmp_path):
    """With this checkout in place of /opt/scorecard, and each known by its own name."""
    bin_folder = str(Path(sys.executable).parent)
    for unit in UNITS:
        text = unit.read_text().replace("/opt/scorecard/.venv/bin", bin_folder).replace("/opt/scorecard", str(ROOT))
        (tmp_path / unit.name).write_text(text)
    paths = [str(tmp_path / unit.name) for unit in UNITS]

    checked = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True, check=False)

    faults = [line for line in (checked.stdout + checked.stderr).splitlines() if "scorecard" in line]
    assert faults == []


def test_a_fault_in_a_unit_would_be_found(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd is not installed")
    (tmp_path / "scorecard-x.service").write_text("[Service]\nExecStart=/nowhere/scorecard\nProtectSystm=strict\n")

    command = ["systemd-analyze", "verify", str(tmp_path / "scorecard-x.service")]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)

    assert "ProtectSystm" in checked.stdout + checked.stderr


def test_the_units_start_the_processes_of_the_procfile_and_commands_that_exist():
    texts = {unit.name: unit.read_text() for unit in UNITS}
    started = "\n".join(texts.values())

    for word in re.findall(r"manage\.py (\w+)", started):
        assert word in get_commands()
    procfile = (ROOT / "Procfile").read_text()
    for option in ("--logger-class scorecard.logs.AccessLogger", "--threads 4", "--timeout 60", "--no-control-socket"):
        assert option in procfile
        assert option in texts["scorecard-web.service"]
    assert "celery -q -A scorecard worker" in procfile
    assert "celery -q -A scorecard worker" in texts["scorecard-worker.service"]
    assert "--beat" not in texts["scorecard-worker.service"]  # one clock, however many workers
    assert "celery -q -A scorecard beat" in texts["scorecard-clock.service"]
