"""A page in headless Chromium, over its own debugging protocol: no driver, no package.

The protocol: https://chromedevtools.github.io/devtools-protocol. With `--remote-debugging-pipe` Chromium reads commands
from file 3 and writes answers and events to file 4, each a JSON text that a zero byte ends.
"""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SHELL = shutil.which("bash")
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--mute-audio")


class Browser:
    """One page. events: what Chromium told on the way, as (method, parameters)."""

    def __init__(self, commands: int, answers: int) -> None:
        self.commands, self.answers = os.fdopen(commands, "wb", buffering=0), os.fdopen(answers, "rb")
        self.rest, self.sent, self.session = b"", 0, ""
        self.events: list[tuple[str, dict[str, Any]]] = []
        target = self("Target.createTarget", url="about:blank")["targetId"]
        self.session = self("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self(f"{domain}.enable")

    def __call__(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        self.sent += 1
        session = {"sessionId": self.session} if self.session else {}
        message = {"id": self.sent, "method": method, "params": parameters, **session}
        self.commands.write(json.dumps(message).encode() + b"\0")
        while (told := self.read()).get("id") != self.sent:
            self.events.append((told.get("method", ""), told.get("params", {})))
        assert "error" not in told, told["error"]
        result: dict[str, Any] = told["result"]
        return result

    def read(self) -> dict[str, Any]:
        while b"\0" not in self.rest:
            more = os.read(self.answers.fileno(), 1 << 20)
            assert more, "Chromium ended"
            self.rest += more
        first, _, self.rest = self.rest.partition(b"\0")
        told: dict[str, Any] = json.loads(first)
        return told

    def open(self, page: Path, *, width: int, height: int = 844, dark: bool = False) -> None:
        """Load a file and wait until it is loaded. width, height: of the window, in CSS pixels."""
        self("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self("Emulation.setEmulatedMedia", features=[scheme])
        self.events.clear()
        self("Page.navigate", url=page.resolve().as_uri())
        while not any(method == "Page.loadEventFired" for method, _ in self.events):
            told = self.read()
            self.events.append((told.get("method", ""), told.get("params", {})))

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression, awaited where it is a promise."""
        told = self("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def complaints(self) -> list[str]:
        """Errors and warnings of the console, and what threw."""
        logged = [told["entry"]["text"] for method, told in self.events if method == "Log.entryAdded"]
        thrown = [str(told["exceptionDetails"]) for method, told in self.events if method == "Runtime.exceptionThrown"]
        said = [told for method, told in self.events if method == "Runtime.consoleAPICalled"]
        return [
            *logged,
            *thrown,
            *(str(told["args"]) for told in said if told["type"] in ("error", "warning", "assert")),
        ]

    def requests(self) -> list[str]:
        """Addresses that the page asked for, but for itself and what it carries."""
        sent = [told["request"]["url"] for method, told in self.events if method == "Network.requestWillBeSent"]
        return [url for url in sent if not url.startswith(("data:", "blob:"))][1:]

    def pdf(self) -> bytes:
        """The page as it prints on A4 with the browser's margins."""
        return base64.b64decode(self("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)["data"])

    def picture(self, *, whole: bool = False) -> bytes:
        """A PNG of the window, or of the whole page."""
        return base64.b64decode(self("Page.captureScreenshot", captureBeyondViewport=whole)["data"])


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A fresh Chromium. profile: an empty folder."""
    assert CHROMIUM
    assert SHELL
    (theirs, commands), (answers, told) = os.pipe(), os.pipe()
    start = f'exec "$@" 3<&{theirs} 4>&{told}'
    call = [SHELL, "-c", start, "start", CHROMIUM, *FLAGS, "--remote-debugging-pipe", f"--user-data-dir={profile}"]
    process = subprocess.Popen(call, pass_fds=(theirs, told), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(theirs)
    os.close(told)
    made = Browser(commands, answers)
    try:
        yield made
    finally:
        made("Browser.close")
        made.commands.close()
        made.answers.close()
        process.wait(timeout=20)
