#!/bin/sh
# GuideLLM 0.3.1 and 0.5.3 (PyPI): time_per_output_token_ms has one name and two meanings.
#
# 0.3.1 divides the time from the first token to the last by the number of all tokens; 0.5.3 divides the time from the
# request on, the wait for the first token included. Against the same server a service whose first token is slow looks
# several times slower per token after the upgrade, and nothing in the file says so.
#
# Seen:  0.3.1  18.8 ms      0.5.3  62.7 ms      (a first token after half a second, eleven more 20 ms apart)
# Valid input: one short run of each against a page of its own. Fails if both give the same, or a version changes.
set -eu
work=$(mktemp -d)
server=
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
cat >server.py <<'PYTHON'
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Model(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = json.dumps({"object": "list", "data": [{"id": "tiny", "object": "model"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for number in range(12):
            time.sleep(0.02 if number else 0.5)
            self.event([{"index": 0, "text": "a ", "delta": {"content": "a "}, "finish_reason": None}])
        self.event([], usage={"prompt_tokens": 20, "completion_tokens": 12, "total_tokens": 32})
        self.wfile.write(b"data: [DONE]\n\n")

    def event(self, choices, **more):
        part = {"id": "1", "model": "tiny", "object": "chat.completion.chunk", "choices": choices, **more}
        self.wfile.write(f"data: {json.dumps(part)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *arguments):
        pass


ThreadingHTTPServer(("127.0.0.1", 18473), Model).serve_forever()
PYTHON
cat >words.py <<'PYTHON'
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

words = Tokenizer(models.BPE())
words.pre_tokenizer, words.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
trainer = trainers.BpeTrainer(
    vocab_size=400, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=["<s>", "</s>"]
)
words.train_from_iterator(["some plain words to count with " * 50], trainer)
PreTrainedTokenizerFast(
    tokenizer_object=words,
    bos_token="<s>",
    eos_token="</s>",
    pad_token="</s>",
    chat_template="{% for m in messages %}{{ m['content'] }}{% endfor %}",
).save_pretrained("words")
PYTHON
cat >mean.py <<'PYTHON'
import json
import sys

[benchmark] = json.load(open(sys.argv[1]))["benchmarks"]
print(round(benchmark["metrics"]["time_per_output_token_ms"]["successful"]["mean"], 1))
PYTHON
python3 server.py &
server=$!
until python3 -c "import socket; socket.create_connection(('127.0.0.1', 18473))" 2>/dev/null; do sleep 0.2; done
for version in 0.3.1 0.5.3; do
    python3 -m venv "v$version"
    "v$version/bin/pip" install -q --disable-pip-version-check "guidellm==$version" "transformers<5" 2>pip.log || { cat pip.log; exit 1; }
    "v$version/bin/pip" show guidellm 2>/dev/null | grep -q "^Version: $version$"
    [ -d words ] || "v$version/bin/python" words.py
    "v$version/bin/guidellm" benchmark --target http://127.0.0.1:18473 --model tiny --processor "$work/words" \
        --rate-type concurrent --rate 1 --max-requests 5 --data "prompt_tokens=20,output_tokens=12" \
        --output-path "$work/$version.json" >screen.txt 2>&1 || { tail -5 screen.txt; exit 1; }
    echo "$version: time_per_output_token_ms, mean $(python3 mean.py "$version.json") ms"
done
python3 -c "import sys; before, after = map(float, sys.argv[1:]); sys.exit(not (before < 40 < after))" \
    "$(python3 mean.py 0.3.1.json)" "$(python3 mean.py 0.5.3.json)"
echo "The same name means something else since: holds."
