"""A headless Chromium, for tests of HTML pages."""

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

from support.tiers import thorough

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# For `pytestmark` of a module that opens pages.
IN_A_BROWSER = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here; `make chromium` installs it"),
    thorough,
]


def answer_of(page: Path, dark: bool = False) -> dict:
    """What the scripts of `page` leave as JSON in its element `pre`. Nothing may be written to the
    console, where errors go."""
    command = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
        "--allow-file-access-from-files", "--virtual-time-budget=20000",
        "--enable-logging=stderr", f"--user-data-dir={page.parent / 'profile'}",
        "--window-size=1500,1000",
        *(["--blink-settings=preferredColorScheme=0"] if dark else []),
        page.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert "CONSOLE" not in done.stderr, done.stderr
    dumped = re.search(r"<pre>(\{.*\})</pre>", done.stdout, re.S)
    assert dumped, done.stderr
    return json.loads(unescape(dumped[1]))


def brightness(color: str) -> float:
    """The mean of red, green and blue of a CSS color, from 0 to 255."""
    return sum(map(float, re.findall(r"[\d.]+", color)[:3])) / 3
