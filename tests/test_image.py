"""What runs in containers: nothing is written but data and temporary files, nothing may more than it has to."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from tests.processes import ROOT, collected_static, environment, free_port, migrated, running, wait_for
from tests.visits import Visitor

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
KUBERNETES = ROOT / "docs" / "kubernetes"
MANIFESTS = [
    document
    for path in sorted(KUBERNETES.glob("*.yaml"))
    if path.name != "kustomization.yaml"
    for document in yaml.safe_load_all(path.read_text())
]
PODS = [manifest["spec"]["template"]["spec"] for manifest in MANIFESTS if "template" in manifest.get("spec", {})]
# Everything is read-only but the folder for data and, in it, the one for temporary files.
READ_ONLY = 'mount --make-rprivate / && mount --bind "$0" "$0" && mount -o remount,ro,bind / && exec "$@"'
VERSION = "1.29"


def may_remount():
    if os.getuid() != 0 or not shutil.which("unshare"):
        return False
    command = ["unshare", "--mount", "sh", "-c", "mount --make-rprivate / && mount -o remount,ro,bind /"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


@pytest.mark.once
@pytest.mark.skipif(not may_remount(), reason="this machine lets nobody make its root read-only for a process")
def test_web_and_worker_write_nothing_but_data_and_temporary_files(tmp_path):
    migrated(tmp_path)
    (tmp_path / "tmp").mkdir()
    env = environment(tmp_path, TMPDIR=str(tmp_path / "tmp"), PYTHONDONTWRITEBYTECODE="1")
    env["STATIC_ROOT"], port = collected_static(env), free_port()
    inside = ["unshare", "--mount", "sh", "-c", READ_ONLY, str(tmp_path)]
    web = [sys.executable, "-m", "gunicorn", "scorecard.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    worker = [sys.executable, "-m", "celery", "-q", "-A", "scorecard", "worker", "--beat", "--concurrency", "1"]
    visitor, output = Visitor(f"http://127.0.0.1:{port}"), tmp_path / "log"

    def is_ready():
        try:
            return visitor.ask("/health/ready")[0] == 200
        except OSError:
            return False

    with (
        running([*inside, "sh", "-c", "! touch /x-read-only 2>&1"], env, output=output) as tried,
        running([*inside, *web, "--no-control-socket"], env, output=output) as process,
        running([*inside, *worker, "--loglevel", "WARNING"], env, output=output),
    ):
        wait_for(is_ready, process=process, output=output)
        assert tried.wait() == 0
        assert "Sign in" in visitor.page("/accounts/login/")
    assert not Path("/x-read-only").exists()


@pytest.mark.parametrize("name", [name for name in COMPOSE["services"]])
def test_each_service_of_the_compose_file_may_as_little_as_it_can(name):
    service = COMPOSE["services"][name]

    assert service["read_only"] is True
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    if service.get("build"):
        assert service["cap_drop"] == ["ALL"]
    if name != "web":  # the image has that of the web process
        assert "healthcheck" in service
    for value in service.get("environment", {}).values():
        if re.search("PASSWORD|SECRET|@", str(value)):
            assert "${" in str(value)
    assert "container_name" not in service  # several of a kind: --scale


def test_the_base_for_kubernetes_names_each_of_its_files():
    base = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())

    assert sorted(base["resources"]) == sorted(
        path.name for path in KUBERNETES.glob("*.yaml") if path.name != "kustomization.yaml"
    )
    assert base["images"][0]["name"] == "ai-infrastructure-scorecard"


@pytest.mark.parametrize(
    "manifest", MANIFESTS, ids=lambda manifest: f"{manifest['kind']} {manifest['metadata']['name']}"
)
def test_each_manifest_is_one_that_kubernetes_takes(manifest):
    kubernetes_validate.validate(manifest, VERSION, strict=True)

    broken = {**manifest, "spce": {}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, VERSION, strict=True)


@pytest.mark.parametrize("pod", PODS, ids=lambda pod: pod["containers"][0]["name"])
def test_each_pod_may_as_little_as_it_can(pod):
    [container] = pod["containers"]

    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert {mount["mountPath"] for mount in container["volumeMounts"]} == {"/data", "/tmp"}
    assert "env" not in container  # settings come from the map and the secret alone


def test_they_run_the_commands_of_the_compose_file():
    for name in ("worker", "clock", "migrate"):
        [container] = [pod["containers"][0] for pod in PODS if pod["containers"][0]["name"] == name]
        theirs, ours = container["command"], COMPOSE["services"][name]["command"]
        assert theirs[: len(ours) - 1] == ours[: len(theirs) - 1]  # but for how much they log


def test_the_ids_of_the_image_are_those_of_the_pods():
    user = re.search(r"--uid (\d+)", (ROOT / "Dockerfile").read_text())[1]

    assert {str(pod["securityContext"]["runAsUser"]) for pod in PODS} == {user}
