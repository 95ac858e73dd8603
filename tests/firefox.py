"""Firefox, driven by its own protocol (WebDriver BiDi), for what is to work in a browser that is not Chromium.

It needs no driver beside it. What a test waits for is asked for again and again, until it is so or the patience ends.
"""

import json
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.browsers import PATIENCE

FIREFOX = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox") or "firefox"
LIMIT = PATIENCE / 1000
PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "ArrowRight": "\ue014", "Tab": "\ue004"}


LOSING = """
const { open, send } = XMLHttpRequest.prototype;
XMLHttpRequest.prototype.open = function (method, url, ...rest) {
  this.isLost = new RegExp(PATTERN).test(url);
  return open.call(this, method, url, ...rest);
};
XMLHttpRequest.prototype.send = function (body) {
  if (this.isLost) setTimeout(() => this.dispatchEvent(new ProgressEvent("error")));
  else send.call(this, body);
};
"""


class BiDiError(Exception):
    pass


class Session:
    """Commands and their answers, one at a time; events are read past."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket, self.number = socket, 0
        self.send("session.new", capabilities={})

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv(timeout=LIMIT))
            if message.get("id") != self.number:
                continue
            if message["type"] == "error":
                raise BiDiError(f"{method}: {message['error']}, {message['message']}")
            return message["result"]


class Page:
    """One tab of a browser of its own: nothing is shared with the tab of another test."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.user = session.send("browser.createUserContext")["userContext"]
        self.context = session.send("browsingContext.create", type="tab", userContext=self.user)["context"]
        session.send("browsingContext.setViewport", context=self.context, viewport={"width": 1280, "height": 900})

    def close(self) -> None:
        self.session.send("browser.removeUserContext", userContext=self.user)

    def goto(self, url: str) -> None:
        self.session.send("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def reload(self) -> None:
        self.session.send("browsingContext.reload", context=self.context, wait="complete")

    def back(self) -> None:
        self.session.send("browsingContext.traverseHistory", context=self.context, delta=-1)

    def run(self, script: str) -> Any:
        """The value of an expression, which may be a promise; it has to be one that JSON can hold."""
        answer = self.session.send(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({script}) ?? null))()",
            target={"context": self.context},
            awaitPromise=True,
            userActivation=True,
        )
        if answer["type"] == "exception":
            raise BiDiError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def wait_for(self, script: str) -> Any:
        """The value of an expression as soon as it is true, whatever pages come and go meanwhile."""
        end, last = time.monotonic() + LIMIT, None
        while time.monotonic() < end:
            with suppress(BiDiError):
                last = self.run(script)
                if last:
                    return last
                self.run("new Promise((done) => setTimeout(done, 50))")
        raise AssertionError(f"Not so after {LIMIT:.0f} s: {script}. The page: {self.text('body')[:2000]}")

    def text(self, selector: str) -> str:
        return (
            self.run(f"document.querySelector({json.dumps(selector)})?.textContent.replace(/\\s+/g, ' ').trim()") or ""
        )

    def value(self, selector: str) -> str:
        return self.run(f"document.querySelector({json.dumps(selector)})?.value")

    def wait_for_text(self, selector: str, text: str) -> None:
        found = f"document.querySelector({json.dumps(selector)})?.textContent.replace(/\\s+/g, ' ')"
        self.wait_for(f"({found} ?? '').includes({json.dumps(text)})")

    def _element(self, selector: str) -> dict[str, str]:
        self.wait_for(f"document.querySelector({json.dumps(selector)})?.checkVisibility()")
        found = self.session.send(
            "browsingContext.locateNodes", context=self.context, locator={"type": "css", "value": selector}
        )
        return {"sharedId": found["nodes"][0]["sharedId"]}

    def click(self, selector: str, times: int = 1) -> None:
        element = self._element(selector)
        self.run(
            f"document.querySelector({json.dumps(selector)}).scrollIntoView({{ block: 'center', behavior: 'instant' }})"
        )
        move = {"type": "pointerMove", "x": 0, "y": 0, "origin": {"type": "element", "element": element}}
        press = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self._act({"type": "pointer", "id": "mouse", "actions": [move, *press * times]})

    def type(self, selector: str, text: str) -> None:
        """Replace what is in a field, key by key."""
        self.click(selector)
        self.run(f"document.querySelector({json.dumps(selector)}).select?.()")
        self.press(*text)

    def press(self, *keys: str) -> None:
        values = [KEYS.get(key, key) for key in keys]
        actions = [{"type": kind, "value": value} for value in values for kind in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keys", "actions": actions})

    def _act(self, source: dict[str, Any]) -> None:
        self.session.send("input.performActions", context=self.context, actions=[source])

    def lose(self, pattern: str) -> None:
        """Until the page is loaded anew, what a script asks of addresses with these letters is lost on its way."""
        self.run(f"(() => {{ {LOSING} }})()".replace("PATTERN", json.dumps(pattern)))


@contextmanager
def running_firefox() -> Iterator[Callable[[], Page]]:
    with TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True) as folder:
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        Path(folder, "user.js").write_text("\n".join(lines), encoding="utf-8")
        command = [FIREFOX, "--headless", "--no-remote", "--profile", folder, "--remote-debugging-port", "0"]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        try:
            with connect(f"{_address(process)}/session", max_size=None) as socket:
                session = Session(socket)
                yield lambda: Page(session)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _address(process: subprocess.Popen[str]) -> str:
    said = []
    for line in process.stderr or ():
        said.append(line)
        if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
            threading.Thread(target=process.stderr.read, daemon=True).start()  # type: ignore[union-attr]
            return found[1]
    raise AssertionError(f"Firefox did not start: {''.join(said)[-2000:]}")


@pytest.fixture(scope="session")
def firefox() -> Iterator[Callable[[], Page]]:
    with running_firefox() as new_page:
        yield new_page
