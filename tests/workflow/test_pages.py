"""The HTML report in a browser, on a phone and on a wide screen, light and dark."""

import json
import re
import shutil
import subprocess

import pytest

from support.tiers import thorough

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here; `make chromium` installs it"),
    thorough,
]

# In a frame, since a browser's window has a smallest width; `look` runs when all is drawn.
FRAME = """<body><iframe src="report.html" style="border: 0; width: %dpx; height: 900px"></iframe>
<pre></pre><script>
onload = () => {
  const view = document.querySelector("iframe").contentWindow, page = view.document;
  const all = (selector) => [...page.querySelectorAll(selector)];
  const color = (name) => view.getComputedStyle(page.body)[name];
  document.querySelector("pre").textContent = JSON.stringify({
    width: view.innerWidth,
    content: page.documentElement.scrollWidth,
    outside: all("main *").filter((e) => !e.closest(".scroll, svg, math"))
      .filter((e) => e.getBoundingClientRect().right > view.innerWidth + 1)
      .map((e) => e.outerHTML.slice(0, 80)),
    loaded: view.performance.getEntriesByType("resource").map((e) => e.name)
      .filter((name) => !name.startsWith("data:")),
    silent: all("img").filter((e) => !e.alt).length,
    images: all("img").length,
    broken: all("img").filter((e) => !e.naturalWidth).length,
    links: all("nav a").length,
    headings: all("h2").length - all("nav h2").length,
    dangling: all("a[href^='#']").filter((e) => !page.getElementById(e.hash.slice(1))).length,
    text: color("color"), ground: color("backgroundColor"),
  });
};
</script>"""


@pytest.fixture(scope="module")
def look(finished, tmp_path_factory):
    """A function that returns what a browser of some width sees."""
    folder = tmp_path_factory.mktemp("pages")
    shutil.copy(finished.folder / "results/report.html", folder)

    def seen(width: int, dark: bool = False) -> dict:
        (folder / "frame.html").write_text(FRAME % width, encoding="utf-8")
        command = [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
            "--allow-file-access-from-files", "--virtual-time-budget=10000",
            f"--user-data-dir={folder / 'profile'}",
            *(["--blink-settings=preferredColorScheme=0"] if dark else []),
            (folder / "frame.html").as_uri(),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        found = re.search(r"<pre>(\{.*\})</pre>", done.stdout, re.S)
        assert found, done.stderr
        return json.loads(found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))

    return seen


def brightness(color: str) -> float:
    """The mean of red, green and blue, from 0 to 255."""
    return sum(map(float, re.findall(r"[\d.]+", color)[:3])) / 3


@pytest.mark.parametrize("width", [360, 1400])
def test_nothing_leaves_the_screen(look, width):
    page = look(width)
    assert page["width"] == width
    assert page["content"] <= width
    assert page["outside"] == []


def test_the_page_is_whole_and_stands_alone(look):
    page = look(1000)
    assert page["loaded"] == []
    assert page["images"] > 15
    assert (page["broken"], page["silent"], page["dangling"]) == (0, 0, 0)
    assert page["links"] == page["headings"] > 10


def test_it_follows_the_reader_into_the_dark(look):
    light, dark = look(1000), look(1000, dark=True)
    assert brightness(light["ground"]) - brightness(light["text"]) > 200
    assert brightness(dark["text"]) - brightness(dark["ground"]) > 200
