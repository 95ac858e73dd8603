"""`make formats`: runs the tools that are here, or that install from PyPI, npm or Debian, and reads what they write.

Slow, and outside `make test`. Everything goes into a folder that is deleted; the tools drive a small server on this
machine and nothing else, for a few seconds each. A tool that cannot be had or does not run is named and passed over;
one that ran and whose output gives no figure fails.
"""

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from assessments.readers import Reading, read_path

INSTALLING, RUNNING = 240, 180  # seconds
SCRIPT = """import http from "k6/http";
export const options = { vus: 4, duration: "3s", summaryTrendStats: ["avg", "med", "max", "p(95)", "p(99)"] };
export default function () { http.get(__ENV.URL); }
"""
LOCUSTFILE = """from locust import HttpUser, task

class Visitor(HttpUser):
    @task
    def home(self):
        self.client.get("/")
"""
TOKENIZER = """import sys

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

words = Tokenizer(models.BPE())
words.pre_tokenizer, words.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
alphabet = pre_tokenizers.ByteLevel.alphabet()
trainer = trainers.BpeTrainer(vocab_size=400, initial_alphabet=alphabet, special_tokens=["<s>", "</s>"])
words.train_from_iterator(["the quick brown fox jumps over the lazy dog " * 50], trainer)
template = "{% for m in messages %}{{ m['content'] }}{% endfor %}"
PreTrainedTokenizerFast(
    tokenizer_object=words, bos_token="<s>", eos_token="</s>", pad_token="</s>", chat_template=template
).save_pretrained(sys.argv[1])
"""
LOADGEN = """import threading
import time

import mlperf_loadgen as loadgen


def answer(queries):
    for query in queries:
        time.sleep(0.002)
        loadgen.QuerySamplesComplete([loadgen.QuerySampleResponse(query.id, 0, 0)])


settings = loadgen.TestSettings()
settings.scenario, settings.mode = loadgen.TestScenario.SingleStream, loadgen.TestMode.PerformanceOnly
settings.single_stream_expected_latency_ns, settings.min_duration_ms = 3_000_000, 1000
settings.min_query_count, settings.max_query_count = 1000, 1200
output, logs = loadgen.LogOutputSettings(), loadgen.LogSettings()
output.outdir, logs.log_output = ".", output
system = loadgen.ConstructSUT(lambda queries: threading.Thread(target=answer, args=(queries,)).start(), lambda: None)
samples = loadgen.ConstructQSL(64, 64, lambda indices: None, lambda indices: None)
loadgen.StartTestWithLogSettings(system, samples, settings, logs)
"""
LLMETER = """import asyncio
import random
import time

from llmeter.endpoints.base import Endpoint, InvocationResponse
from llmeter.runner import Runner


class Pretended(Endpoint):
    def __init__(self):
        super().__init__(endpoint_name="pretended", model_id="tiny", provider="nobody")

    def invoke(self, payload, **options):
        took = random.uniform(0.01, 0.03)
        time.sleep(took)
        times = {"time_to_first_token": took / 2, "time_to_last_token": took, "time_per_output_token": took / 24}
        return InvocationResponse(response_text="a", id="1", input_payload=payload, num_tokens_output=12, **times)

    parse_response = process_raw_response = create_payload = lambda self, *given, **options: {}


runner = Runner(endpoint=Pretended(), output_path=".")
asyncio.run(runner.run(payload={"text": "a"}, n_requests=60, clients=4, run_name="run"))
"""


@dataclass(frozen=True)
class Tool:
    """A tool, where it comes from, what it is run with, and what must be among the figures of what it writes.

    `{url}`, `{host}`, `{port}`, `{folder}` and `{spare}`, a free port, stand in the command; `output` is the file it
    writes, else it prints, and may be a pattern. `beside` are the words by which the same program serves what the
    command asks, `first` a script that its Python runs before, with the folder "words".
    """

    name: str
    source: str
    package: str
    command: Sequence[str]
    figures: Sequence[str]
    output: str = ""
    beside: Sequence[str] = ()
    first: str = ""


TOOLS = (
    Tool(
        *("locust", "pypi", "locust"),
        (
            *("locust", "--headless", "-f", "{folder}/locustfile.py", "-u", "20", "-r", "20", "-t", "8s"),
            *("--host", "{url}", "--csv", "{folder}/run"),
        ),
        ("latency p95", "throughput mean", "error_rate mean"),
        "run_stats.csv",
    ),
    Tool(
        *("k6", "pypi", "k6"),
        ("k6", "run", "-q", "-e", "URL={url}/", "--summary-export", "{folder}/summary.json", "{folder}/script.js"),
        ("latency p95", "latency p99", "throughput mean", "error_rate mean"),
        "summary.json",
    ),
    Tool(
        *("k6 text", "pypi", "k6"),
        ("k6", "run", "-q", "--no-color", "-e", "URL={url}/", "{folder}/script.js"),
        ("latency p95", "latency p99", "throughput mean", "error_rate mean"),
    ),
    Tool(
        *("autocannon", "npm", "autocannon"),
        ("autocannon", "-j", "-c", "4", "-d", "3", "{url}/"),
        ("latency p99", "throughput mean"),
    ),
    Tool(*("loadtest", "npm", "loadtest"), ("loadtest", "-n", "2000", "-c", "4", "{url}/"), ("latency p99",)),
    Tool(
        *("wrk", "debian", "wrk"),
        ("wrk", "--latency", "-t", "1", "-c", "4", "-d", "3", "{url}/"),
        ("latency p99", "throughput mean"),
    ),
    Tool(*("ab", "debian", "apache2-utils"), ("ab", "-n", "2000", "-c", "4", "{url}/"), ("latency p99",)),
    Tool(*("hey", "debian", "hey"), ("hey", "-n", "2000", "-c", "4", "{url}/"), ("latency p99", "throughput mean")),
    Tool(
        *("h2load", "debian", "nghttp2-client"),
        ("h2load", "-n", "500", "-c", "4", "--h1", "{url}/"),
        ("latency max", "throughput mean"),
    ),
    Tool(
        *("iperf3", "debian", "iperf3"),
        ("iperf3", "-c", "{host}", "-p", "{spare}", "-t", "2", "-J"),
        ("bandwidth mean",),
        beside=("-s", "-1", "-p", "{spare}"),
    ),
    Tool(
        *("iperf3 text", "debian", "iperf3"),
        ("iperf3", "-c", "{host}", "-p", "{spare}", "-t", "2", "-P", "2", "-f", "M"),
        ("bandwidth mean",),
        beside=("-s", "-1", "-p", "{spare}"),
    ),
    Tool(
        *("sockperf", "debian", "sockperf"),
        ("sockperf", "ping-pong", "-i", "{host}", "-p", "{spare}", "-t", "2"),
        ("latency p99", "latency mean"),
        beside=("server", "-i", "{host}", "-p", "{spare}"),
    ),
    *(
        Tool(
            *(f"fio {form}", "debian", "fio"),
            (
                *("fio", "--name=r", "--filename={folder}/f", "--size=16m", "--rw=randrw", "--bs=4k", "--runtime=2"),
                *("--time_based", *options),
            ),
            ("latency p99", "iops mean", "bandwidth mean"),
        )
        for form, options in (
            ("text", ()),
            ("in bits", ("--unit_base=1",)),
            ("json+", ("--output-format=json+",)),
            ("terse", ("--minimal",)),
            ("terse 2", ("--minimal", "--terse-version=2")),
            ("terse 5", ("--minimal", "--terse-version=5")),
        )
    ),
    Tool(
        *("fio", "debian", "fio"),
        (
            *("fio", "--name=r", "--filename={folder}/f", "--size=16m", "--rw=randread", "--bs=4k", "--runtime=2"),
            *("--time_based", "--output-format=json"),
        ),
        ("latency p99", "iops mean", "bandwidth mean"),
    ),
    Tool(
        *("sysbench", "debian", "sysbench"),
        ("sysbench", "cpu", "--time=2", "--percentile=99", "run"),
        ("latency p99", "throughput mean"),
    ),
    *(
        Tool(
            *(name, "pypi", "mlcommons-loadgen"),
            ("python", "-c", LOADGEN),
            ("latency p99", "throughput mean"),
            output,
        )
        for name, output in (("loadgen", "mlperf_log_summary.txt"), ("loadgen log", "mlperf_log_detail.txt"))
    ),
    *(
        Tool(
            *(name, "pypi", package),
            (
                *("guidellm", "benchmark", "--target", "{url}", "--model", "tiny", "--processor", "{folder}/words"),
                *("--rate-type", "concurrent", "--rate", "4", "--max-requests", "120"),
                *("--data", "prompt_tokens=20,output_tokens=12", "--output-path", "{folder}/benchmarks.json"),
            ),
            ("latency p99", "time_to_first_token p95", "error_rate mean"),
            "benchmarks.json",
            first=TOKENIZER,
        )
        for name, package in (
            ("guidellm 0.3", "guidellm==0.3.1 transformers<5"),
            ("guidellm 0.5", "guidellm==0.5.3 transformers<5"),
        )
    ),
    *(
        Tool(
            *(name, "pypi", "aiperf"),
            (
                *("aiperf", "profile", "--model", "tiny", "--url", "{url}", "--endpoint-type", "chat", "--streaming"),
                *("--tokenizer", "{folder}/words", "--request-count", "120", "--concurrency", "4"),
                *("--isl", "20", "--osl", "12", "--ui", "none"),
            ),
            ("latency p99", "time_to_first_token p99", "error_rate mean"),
            output,
            first=TOKENIZER,
        )
        for name, output in (
            ("aiperf", "artifacts/*/profile_export_aiperf.json"),
            ("aiperf csv", "artifacts/*/profile_export_aiperf.csv"),
            ("aiperf text", ""),
        )
    ),
    Tool(
        *("llmeter", "pypi", "llmeter"),
        ("python", "-c", LLMETER),
        ("latency p99", "time_to_first_token p99", "throughput mean", "error_rate mean"),
        "run/stats.json",
    ),
    Tool(
        *("artillery", "npm", "artillery@2.0.21"),
        ("artillery", "quick", "-c", "4", "-n", "300", "-o", "report.json", "{url}/"),
        ("latency p99", "throughput mean", "error_rate mean"),
        "report.json",
    ),
    Tool(
        *("artillery text", "npm", "artillery@2.0.21"),
        ("artillery", "quick", "-c", "4", "-n", "300", "{url}/"),
        ("latency p99", "throughput mean", "error_rate mean"),
    ),
    Tool(*("iostat", "debian", "sysstat"), ("iostat", "-x", "-o", "JSON", "1", "2"), ("utilization mean",)),
    Tool(*("iostat text", "debian", "sysstat"), ("iostat", "--pretty", "-x", "1", "2"), ("utilization mean",)),
    Tool(*("mpstat", "debian", "sysstat"), ("mpstat", "-o", "JSON", "1", "2"), ("utilization mean",)),
    Tool(*("sar", "debian", "sysstat"), ("sar", "-u", "1", "2"), ("utilization mean",)),
)


class Answering(BaseHTTPRequestHandler):
    """A server that answers every request at once, and a chat as a model of twelve words does."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        body = (
            b'{"object": "list", "data": [{"id": "tiny", "object": "model"}]}' if "/v1/models" in self.path else b"ok"
        )
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        chat, streamed = "chat" in self.path, asked.get("stream")
        usage = {"prompt_tokens": 20, "completion_tokens": 12, "total_tokens": 32}
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if streamed else "application/json")
        self.send_header("Connection", "close")
        self.end_headers()
        if not streamed:
            said = {"message": {"role": "assistant", "content": "a " * 12}} if chat else {"text": "a " * 12}
            answer = {"id": "1", "model": "tiny", "choices": [{"index": 0, **said}], "usage": usage}
            self.wfile.write(json.dumps(answer).encode())
            return
        for _ in range(12):
            time.sleep(0.004)
            said = {"delta": {"role": "assistant", "content": "a "}} if chat else {"text": "a "}
            self._event({"choices": [{"index": 0, **said, "finish_reason": None}]})
        self._event({"choices": [], "usage": usage})
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, part: dict[str, object]) -> None:
        event = {"id": "1", "model": "tiny", "object": "chat.completion.chunk", **part}
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *arguments: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, *request: object) -> None:
        """A tool that ends its run in the middle of a request is none of our business."""


@contextlib.contextmanager
def server() -> Iterator[int]:
    running = Server(("127.0.0.1", 0), Answering)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield running.server_port
    finally:
        running.shutdown()


def found(tool: Tool, folder: Path) -> Path | None:
    """Where the tool is: on this machine already, or installed into the folder."""
    if "=" not in tool.package and tool.command[0] != "python" and (here := shutil.which(tool.command[0])):
        return Path(here)
    with contextlib.suppress(subprocess.SubprocessError, OSError):
        return {"pypi": _from_pypi, "npm": _from_npm, "debian": _from_debian}[tool.source](tool, folder)
    return None


def _run(*command: str | Path, folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=INSTALLING)


def _from_pypi(tool: Tool, folder: Path) -> Path:
    _run(sys.executable, "-m", "venv", "python", folder=folder)
    uv = Path(sys.executable).with_name("uv")  # is there after `make lock`, and much quicker
    install = (uv, "pip", "install", "--python", "python/bin/python") if uv.exists() else ("python/bin/pip", "install")
    _run(*install, "--quiet", *tool.package.split(), folder=folder)
    if tool.first:
        _run("python/bin/python", "-c", tool.first, "words", folder=folder)
    return folder / "python" / "bin" / tool.command[0]


def _from_npm(tool: Tool, folder: Path) -> Path:
    _run("npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", tool.package, folder=folder)
    return folder / "node_modules" / ".bin" / tool.command[0]


def _from_debian(tool: Tool, folder: Path) -> Path | None:
    """The package's files without installing it: what it needs beside must be on this machine."""
    _run("apt-get", "download", "-qq", tool.package, folder=folder)
    for package in folder.glob("*.deb"):
        _run("dpkg-deb", "-x", package, "debian", folder=folder)
    return next((path for path in folder.glob(f"debian/usr/*bin/{tool.command[0]}") if path.is_file()), None)


def written(tool: Tool, program: Path, folder: Path) -> Path | None:
    """Run the tool and return the file with what it wrote; None where it does not run here."""
    with server() as port, (folder / "printed").open("wb") as printed, contextlib.suppress(subprocess.TimeoutExpired):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            spare = str(probe.getsockname()[1])
        places = {
            "spare": spare,
            "url": f"http://127.0.0.1:{port}",
            "host": "127.0.0.1",
            "port": str(port),
            "folder": str(folder),
        }
        command = [str(program), *(_filled(part, places) for part in tool.command[1:])]
        beside = [str(program), *(_filled(part, places) for part in tool.beside)] if tool.beside else []
        try:
            with serving(beside, folder):
                subprocess.run(
                    command, cwd=folder, stdout=printed, stderr=subprocess.DEVNULL, timeout=RUNNING, check=False
                )
        except OSError:
            return None
    output = next(folder.glob(tool.output or "printed"), None)
    return output if output and output.stat().st_size else None


def _filled(part: str, places: dict[str, str]) -> str:
    """A word of a command with its places; other braces are those of a script."""
    for name, value in places.items():
        part = part.replace(f"{{{name}}}", value)
    return part


@contextlib.contextmanager
def serving(command: Sequence[str], folder: Path) -> Iterator[None]:
    """The program that answers the tool, while it runs."""
    if not command:
        yield
        return
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            time.sleep(1)
            yield
        finally:
            running.kill()


def verdict(tool: Tool, reading: Reading) -> str:
    """What is missing of what the tool's output must give; empty where nothing is."""
    names = {f"{figure.name} {figure.statistic}" for figure in reading.figures}
    missing = [name for name in tool.figures if name not in names]
    return f"not read: {', '.join(missing)} ({'; '.join(reading.refusals)})" if missing else ""


def main(wanted: Sequence[str]) -> int:
    failed = ran = 0
    for tool in TOOLS:
        if wanted and tool.name not in wanted:
            continue
        with TemporaryDirectory(prefix="formats-") as name:
            folder = Path(name)
            (folder / "locustfile.py").write_text(LOCUSTFILE)
            (folder / "script.js").write_text(SCRIPT)
            program = found(tool, folder)
            output = written(tool, program, folder) if program else None
            if output is None:
                print(f"{tool.name:12} passed over: it {'does not run' if program else 'cannot be had'} here")
                continue
            ran += 1
            reading = read_path(output)
            problem = verdict(tool, reading)
            failed += bool(problem)
            read = f"{len(reading.figures)} figures, version {reading.version or 'not in the file'}"
            print(f"{tool.name:12} {problem or f'{reading.format}: {read}'}", flush=True)
    print(f"{ran} tools run, {failed} not read.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
