"""The HTML report in a browser: on a phone and on a wide screen, light and dark, read and used."""

import re

import pytest

from dlse.results.embedded import d3
from support.browser import IN_A_BROWSER, answer_of, brightness
from support.checkout import REPOSITORY

pytestmark = IN_A_BROWSER

# In a frame, since a browser's window has a smallest width. The script runs when all is drawn.
FRAME = """<body><iframe src="%(page)s" width="%(width)d" height="900" style="border: 0"></iframe>
<pre></pre><script>
onload = async () => {
  const view = document.querySelector("iframe").contentWindow, page = view.document;
  const all = (selector, within = page) => [...within.querySelectorAll(selector)];
  const color = (name) => view.getComputedStyle(page.body)[name];
  const isShown = (e) => e.checkVisibility(); // folded contents have a box, too
  const settled = () => new Promise((done) => setTimeout(done, 300));
  const press = (e, key) =>
    e.dispatchEvent(new view.KeyboardEvent("keydown", { key, bubbles: true }));
  const answer = await (async () => { %(script)s })().catch((error) => ({ error: String(error) }));
  document.querySelector("pre").textContent = JSON.stringify(answer);
};
</script>"""

LOOK = """return {
    width: view.innerWidth,
    content: page.documentElement.scrollWidth,
    outside: all("main *").filter((e) => !e.closest(".scroll, .gallery, svg, math"))
      .filter((e) => e.getBoundingClientRect().right > view.innerWidth + 1)
      .map((e) => e.outerHTML.slice(0, 80)),
    loaded: view.performance.getEntriesByType("resource").map((e) => e.name)
      .filter((name) => !name.startsWith("data:")),
    silent: all("figure img").filter((e) => !e.alt).length,
    images: all("figure img").length,
    thumbnails: all(".gallery img").length,
    broken: all("img").filter((e) => e.complete && !e.naturalWidth).length,
    links: all("aside a").length,
    headings: all("h2, h3").length,
    ids: all("[id]").map((e) => e.id),
    unnamed: all("h2, h3, figure").filter((e) => !e.id).length,
    dangling: all("a[href^='#']").filter((e) => !page.getElementById(e.hash.slice(1))).length,
    text: color("color"), ground: color("backgroundColor"),
    language: page.documentElement.lang, title: page.title,
};"""


@pytest.fixture(scope="module")
def ask(finished, tmp_path_factory):
    """A function that returns what a script finds in a browser of some width."""
    folder = tmp_path_factory.mktemp("pages")
    report = (finished.folder / "results/report.html").read_text(encoding="utf-8")
    (folder / "report.html").write_text(report, encoding="utf-8")
    # A browser that runs no scripts would not answer.
    unscripted = re.sub(r"<script>.*?</script>", "", report, flags=re.S)
    (folder / "unscripted.html").write_text(unscripted, encoding="utf-8")

    def found(width: int, script: str, dark: bool = False, page: str = "report.html") -> dict:
        frame = FRAME % {"page": page, "width": width, "script": script}
        (folder / "frame.html").write_text(frame, encoding="utf-8")
        answer = answer_of(folder / "frame.html", dark)
        assert "error" not in answer, answer
        return answer

    return found


@pytest.fixture(scope="module")
def look(ask):
    """A function that returns what a reader sees."""
    return lambda width, **options: ask(width, LOOK, **options)


@pytest.mark.parametrize("width", [360, 390, 1400])
def test_nothing_leaves_the_screen(look, width):
    page = look(width)
    assert page["width"] == width
    assert page["content"] <= width
    assert page["outside"] == []


@pytest.mark.parametrize("name", ["report.html", "unscripted.html"])
def test_the_page_is_whole_and_stands_alone(look, name):
    page = look(1000, page=name)
    assert page["loaded"] == []
    assert page["images"] > 15
    assert page["thumbnails"] == (page["images"] if name == "report.html" else 0)
    assert (page["broken"], page["silent"], page["dangling"]) == (0, 0, 0)
    assert page["links"] == page["headings"] > 10
    assert len(page["ids"]) == len(set(page["ids"]))
    assert page["unnamed"] == 0 or name == "unscripted.html"
    assert {"task-2", "limits", "references"} <= set(page["ids"])
    assert page["language"] == "en"
    assert page["title"].startswith("Deep learning")


def test_the_library_is_in_the_page_as_it_came(finished):
    page = (finished.folder / "results/report.html").read_text(encoding="utf-8")
    assert f"<script>{d3()}</script>" in page
    assert f"<script>{(REPOSITORY / 'scripts/report/report.js').read_text()}</script>" in page
    assert len(page) < 8e6


def test_it_follows_the_reader_into_the_dark_or_a_choice(look, ask):
    light, dark = look(1000), look(1000, dark=True)
    assert brightness(light["ground"]) - brightness(light["text"]) > 200
    assert brightness(dark["text"]) - brightness(dark["ground"]) > 200
    grounds = ask(
        1000,
        """const button = all("aside > button")[0], grounds = {};
        for (let i = 0; i < 3; i++) {
          button.click();
          grounds[button.textContent] = color("backgroundColor");
        }
        return grounds;""",
        dark=True,
    )
    assert grounds.pop("Theme: light") == light["ground"]
    assert grounds == dict.fromkeys(("Theme: dark", "Theme: auto"), dark["ground"])


@pytest.mark.parametrize("width", [390, 1400])
def test_the_contents_stay_beside_the_text_or_fold(ask, width):
    page = ask(
        width,
        """const link = all("aside a").at(-3), target = page.querySelector(link.hash);
        const before = isShown(link);
        target.scrollIntoView();
        // A page that is not shown on a screen is not always told that it was scrolled.
        view.dispatchEvent(new view.Event("scroll"));
        return { before, after: isShown(link), top: link.getBoundingClientRect().top,
          right: page.querySelector("aside").getBoundingClientRect().right,
          text: page.querySelector("main h2").getBoundingClientRect().left,
          marked: all("aside a[aria-current]").map((e) => e.hash), wanted: link.hash,
          height: view.innerHeight, scrolled: view.scrollY };""",
    )
    assert page["scrolled"] > 5000
    assert page["before"] == page["after"] == (width == 1400)
    assert page["marked"] == [page["wanted"]]
    if width == 1400:
        assert page["right"] < page["text"]
        assert 0 < page["top"] < page["height"]


def test_tables_sort_and_filter(ask):
    page = ask(
        1200,
        """const figure = all("figure:has(select)")[0] ?? all("figure:has(.tools)")[0];
        const rows = () => all("tbody tr", figure).filter(isShown).map((row) =>
          [...row.cells].map((cell) => cell.textContent));
        const titles = all("th", figure).map((e) => e.textContent);
        const column = titles.includes("Measured") ? titles.indexOf("Measured") : 1;
        const button = all("th button", figure)[column], before = rows(), orders = [];
        for (let i = 0; i < 3; i++) {
          button.click();
          orders.push([button.closest("th").getAttribute("aria-sort"), rows()]);
        }
        const select = figure.querySelector("select[aria-label=Verdict]");
        let chosen = null, left = [];
        if (select) {
          chosen = select.value = select.options[1].value;
          select.dispatchEvent(new view.Event("change"));
          left = rows();
          select.value = "";
          select.dispatchEvent(new view.Event("change"));
        }
        const search = figure.querySelector("input");
        search.value = before[0].join(" ").slice(0, 40);
        search.dispatchEvent(new view.Event("input"));
        return { titles, column, before, orders, chosen, left, searched: rows() };""",
    )
    before, column = page["before"], page["column"]

    def measured(row: list[str]) -> float:
        return float(re.sub("[^0-9.-].*", "", row[column].replace("−", "-").replace(",", "")))

    numbers = sorted(measured(row) for row in before if re.match(r"−?\d", row[column]))
    assert len(set(numbers)) > 1
    (up, ascending), (down, descending), (none, restored) = page["orders"]
    assert (up, down, none) == ("ascending", "descending", None)
    assert [measured(row) for row in ascending[: len(numbers)]] == numbers
    assert [measured(row) for row in descending[: len(numbers)]] == numbers[::-1]
    assert ascending != before == restored
    if page["chosen"]:
        verdict = page["titles"].index("Verdict")
        assert page["left"] == [row for row in before if row[verdict] == page["chosen"]]
        assert 0 < len(page["left"]) < len(before)
    assert before[0] in page["searched"]
    assert len(page["searched"]) < len(before)


def test_a_figure_opens_in_large_by_keyboard(ask):
    page = ask(
        1200,
        """const button = page.querySelector(".card > button");
        const dialog = page.querySelector("dialog");
        button.focus();
        const focused = page.activeElement === button;
        button.click(); // as the browser does for Enter
        const shown = () => dialog.querySelector("img").src;
        const pictures = all("figure img").map((e) => e.src), seen = [pictures.indexOf(shown())];
        for (const key of ["ArrowRight", "ArrowRight", "ArrowLeft"]) {
          press(dialog, key);
          seen.push(pictures.indexOf(shown()));
        }
        await settled();
        const width = () => dialog.querySelector("img").getBoundingClientRect().width;
        const fits = width(), isModal = dialog.matches(":modal");
        all("header button", dialog).find((e) => e.getAttribute("aria-label") === "Zoom").click();
        const zoomed = width();
        // Escape itself cannot be sent to a page; it asks the dialog to close.
        dialog.requestClose();
        return { focused, seen, isModal, fits, zoomed, isOpen: dialog.open,
          returned: page.activeElement === button };""",
    )
    assert (page["focused"], page["isModal"], page["returned"]) == (True, True, True)
    assert page["seen"] == [0, 1, 2, 1]
    assert 600 < page["fits"] < 1200 < page["zoomed"]
    assert not page["isOpen"]


def test_the_values_under_the_pointer_are_the_data(ask):
    page = ask(
        1400,
        """const card = all(".card:has(> svg)")[0], svg = card.querySelector("svg");
        card.scrollIntoView({ block: "center" });
        await settled();
        const src = card.querySelector("img").src, place = card.getBoundingClientRect();
        const facts = JSON.parse(new view.DOMParser()
          .parseFromString(decodeURIComponent(src.slice(src.indexOf(",") + 1)), "image/svg+xml")
          .querySelector("#figure").textContent);
        const { box, lines } = facts.panels[0];
        const move = (x, y) => card.dispatchEvent(new view.PointerEvent("pointermove", {
          clientX: place.left + (x / facts.size[0]) * place.width,
          clientY: place.top + (y / facts.size[1]) * place.height,
          bubbles: true, pointerType: "mouse",
        }));
        const table = card.querySelector(".values");
        const read = () => ({ isShown: isShown(table), words: table.firstChild?.textContent,
          rows: all("tr", table).map((row) => [...row.cells].map((cell) => cell.textContent)),
          nearest: all("tr.nearest", table).length });
        move(box[0] + 1, (box[1] + box[3]) / 2);
        const left = read();
        move(box[2] - 1, (box[1] + box[3]) / 2);
        const right = read();
        move(1, 1);
        return { facts, left, right, outside: read().isShown };""",
    )
    panel, left, right = page["facts"]["panels"][0], page["left"], page["right"]
    assert not page["outside"]
    for seen, first in ((left, min), (right, max)):
        place = first(x for line in panel["lines"] for x in line["x"])
        assert (seen["isShown"], seen["nearest"]) == (True, 1)
        assert float(seen["words"].split(": ")[-1]) == place
        expected = {
            line["name"]: line["y"][line["x"].index(place)]
            for line in panel["lines"]
            if place in line["x"]
        }
        assert {name: float(value) for name, value in seen["rows"]} == pytest.approx(
            expected, rel=1e-3
        )


def test_on_paper_there_are_no_controls(ask):
    controls = "aside, .gallery, .tools, .anchor, .card > button, select, input"
    page = ask(
        1000,
        f"""const shown = () => all("{controls}").filter(isShown).length, before = shown();
        const rules = all("style").flatMap((e) => [...e.sheet.cssRules]);
        const print = rules.find((rule) => rule.media?.mediaText === "print");
        // As if the page were printed: what holds on paper holds on the screen.
        const style = page.head.appendChild(page.createElement("style"));
        page.body.append(style);
        style.textContent = [...print.cssRules].map((rule) => rule.cssText).join("");
        const main = page.querySelector("main").getBoundingClientRect();
        return {{ before, after: shown(), left: main.left, ground: color("backgroundColor"),
          figures: all("figure img").filter(isShown).length }};""",
        dark=True,
    )
    assert page["before"] > 50
    assert page["after"] == page["left"] == 0
    assert page["figures"] > 15
    assert brightness(page["ground"]) > 250
