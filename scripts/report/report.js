// What the page of the report can do in a browser. Without this script it reads the same.
"use strict";

const main = d3.select("main");
const wide = matchMedia("(min-width: 1100px)"); // as in report.css

// ---- Addresses: figures without a label are named after their captions ----

const captionOf = (figure) => figure.querySelector("figcaption")?.textContent ?? "";
// "Table 3: The final networks. Data: MNIST." becomes "The final networks".
const firstSentence = (caption) => caption.replace(/^\w+\s\d+: /, "").split(/\.(?:\s|$)/)[0];
const slug = (words) => words.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");

main.selectAll("figure:not([id])").each(function () {
  const name = slug(firstSentence(captionOf(this)).split(" ").slice(0, 6).join(" ")) || "figure";
  let id = name;
  for (let n = 2; document.getElementById(id); n++) id = `${name}-${n}`;
  this.id = id;
});

main.selectAll("h2, h3, figcaption").append("a").attr("class", "anchor").text("#")
  .attr("href", function () { return "#" + this.closest("[id]").id; })
  .attr("aria-label", "Copy the address of this place").attr("title", "Copy the address")
  .on("click", function () {
    // A page may be denied the clipboard. The address is then in the address bar all the same.
    navigator.clipboard?.writeText(this.href).then(() => {
      this.textContent = "copied";
      setTimeout(() => { this.textContent = "#"; }, 1500);
    }, () => {});
  });

// ---- The theme: that of the system, or the one chosen ----

const THEMES = ["auto", "light", "dark"];
const remembered = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
const setTheme = (theme) => {
  document.documentElement.dataset.theme = theme;
  themeButton.text(`Theme: ${theme}`);
  try { localStorage.setItem("theme", theme); } catch { /* then it lasts as long as the page */ }
};
const themeButton = d3.select("aside").append("button").on("click", () => {
  const now = THEMES.indexOf(document.documentElement.dataset.theme);
  setTheme(THEMES[(now + 1) % THEMES.length]);
});
setTheme(THEMES.includes(remembered()) ? remembered() : "auto");

// ---- The contents: folded on a narrow screen, and following the reader ----

const contents = d3.select("aside details");
const links = contents.selectAll("a");
const places = links.nodes().map((link) => document.getElementById(link.hash.slice(1)));
const fold = () => contents.property("open", wide.matches);
wide.addEventListener("change", fold);
fold();
links.on("click", () => { if (!wide.matches) contents.property("open", false); });

function markPlace() {
  const passed = places.filter((e) => e.getBoundingClientRect().top < innerHeight / 4).length;
  const atEnd = scrollY > 0 && scrollY + innerHeight > document.documentElement.scrollHeight - 2;
  const current = atEnd ? places.length - 1 : passed - 1;
  links.attr("aria-current", (_, i) => (i === current ? "true" : null));
  const link = links.nodes()[current];
  if (!link || !wide.matches) return;
  const column = contents.node(); // scrolls by itself, if the contents are longer than the screen
  const { top, bottom } = link.getBoundingClientRect(), frame = column.getBoundingClientRect();
  if (top < frame.top || bottom > frame.bottom) column.scrollTop += top - frame.top - frame.height / 2;
}
addEventListener("scroll", markPlace, { passive: true });

// ---- Figures ----

// What a figure says of itself: its title, its size in points, and the curves of its panels.
function factsOf(image) {
  const svg = decodeURIComponent(image.src.slice(image.src.lastIndexOf("%3Cmetadata")));
  const found = svg.match(/^<metadata id="figure">(.*)<\/metadata>/);
  if (!found) return { title: "", panels: [] };
  return JSON.parse(found[1].replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&"));
}

const pictures = main.selectAll("figure").nodes().filter((figure) => figure.querySelector("img"))
  .map((figure) => {
    const image = figure.querySelector("img"), facts = factsOf(image);
    const number = captionOf(figure).match(/^\w+\s\d+/)?.[0] ?? "Figure";
    const caption = captionOf(figure).replace(/#$/, "");
    return { figure, image, facts, number, caption, title: facts.title || firstSentence(caption) };
  });

for (const [i, { figure, image, facts, number }] of pictures.entries()) {
  const card = d3.select(figure).insert("div", "img").attr("class", "card");
  card.append(() => image);
  card.append("button").text("⤢").attr("aria-label", `Enlarge ${number}`).attr("title", "Enlarge");
  const values = followPointer(card, facts);
  card.on("click", () => {
    // A finger has no hover: a tap on a curve shows its values.
    const isButton = d3.event.target.closest("button");
    if (isButton || !(values.touched() && values.shown())) enlarge(i);
  });
}

// ---- Values under the pointer ----

function shortNumber(value) {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    const [factor, power] = d3.format(".3~e")(value).split("e");
    const digits = [...String(Number(power))].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]));
    return `${factor} × 10${digits.join("")}`.replace("-", "−");
  }
  return d3.format(size >= 1e4 ? ",.4~r" : ".4~r")(value).replace("-", "−");
}

function scalesOf({ box: [left, top, right, bottom], x, y }) {
  const scale = (axis, range) => (axis.log ? d3.scaleLog() : d3.scaleLinear()).domain(axis.limits).range(range);
  return { x: scale(x, [left, right]), y: scale(y, [bottom, top]) };
}

// The point of each line at the place in x that is nearest to the pointer and where there are data.
function pointsNear(panel, [px, py]) {
  const { x, y } = scalesOf(panel);
  const nearest = (line, at) => d3.scan(line.x, (a, b) => Math.abs(x(a) - at) - Math.abs(x(b) - at));
  const candidates = panel.lines.map((line) => line.x[nearest(line, px)]);
  const place = candidates[d3.scan(candidates, (a, b) => Math.abs(x(a) - px) - Math.abs(x(b) - px))];
  const points = panel.lines
    .map((line) => {
      const i = nearest(line, x(place));
      return { name: line.name, color: line.color, value: line.y[i], px: x(line.x[i]), py: y(line.y[i]) };
    })
    .filter((point) => Math.abs(point.px - x(place)) < 2) // points: closer than a marker's radius
    .sort((a, b) => a.py - b.py);
  points[d3.scan(points, (a, b) => Math.abs(a.py - py) - Math.abs(b.py - py))].nearest = true;
  return { place, px: x(place), points };
}

// Shows, while the pointer is over a panel with curves, their values in a small table.
function followPointer(card, { size, panels }) {
  let touched = false;
  if (!panels.length) return { touched: () => false, shown: () => false };
  const overlay = card.append("svg").attr("viewBox", `0 0 ${size.join(" ")}`).style("display", "none");
  const table = card.append("div").attr("class", "values").style("display", "none");
  const shown = () => table.style("display") !== "none";
  const hide = () => { overlay.style("display", "none"); table.style("display", "none"); };

  function show() {
    touched = d3.event.pointerType === "touch";
    overlay.style("display", null); // so that it has coordinates
    const [px, py] = d3.mouse(overlay.node());
    const panel = panels.find(({ box: [left, top, right, bottom] }) =>
      px > left - 3 && px < right + 3 && py > top - 3 && py < bottom + 3);
    if (!panel) return hide();
    const { place, px: at, points } = pointsNear(panel, [px, py]);
    const [, top, , bottom] = panel.box;
    overlay.html("").append("line").attr("x1", at).attr("x2", at).attr("y1", top).attr("y2", bottom)
      .attr("stroke", "#0006").attr("stroke-width", 0.7);
    overlay.selectAll("circle").data(points.filter((p) => p.py >= top - 1 && p.py <= bottom + 1)).enter()
      .append("circle").attr("cx", (p) => p.px).attr("cy", (p) => p.py).attr("r", (p) => (p.nearest ? 3.4 : 2.4))
      .attr("fill", (p) => p.color).attr("stroke", "#fff");
    table.html("").style("display", null).append("div")
      .text(`${panel.x.label || "x"}: ${shortNumber(place)}`);
    if (panel.y.label) table.append("div").text(panel.y.label);
    const rows = table.append("table").selectAll("tr").data(points).enter().append("tr")
      .classed("nearest", (p) => p.nearest);
    const names = rows.append("td");
    names.append("i").style("background", (p) => p.color);
    names.append("span").text((p) => p.name);
    rows.append("td").text((p) => shortNumber(p.value));
    // Beside the pointer, on the side where there is room.
    const { clientX, clientY } = d3.event, { width, height } = table.node().getBoundingClientRect();
    const left = clientX + 16 + width > innerWidth ? clientX - 16 - width : clientX + 16;
    table.style("left", `${Math.max(4, left)}px`)
      .style("top", `${Math.max(4, Math.min(clientY + 12, innerHeight - height - 4))}px`);
  }
  card.on("pointermove pointerdown", show);
  card.on("pointerleave", () => { if (d3.event.pointerType !== "touch") hide(); });
  document.addEventListener("pointerdown", (event) => { if (!card.node().contains(event.target)) hide(); });
  addEventListener("scroll", hide, { passive: true });
  return { touched: () => touched, shown };
}

// ---- The gallery: thumbnails of all figures before the first section ----

if (pictures.length) {
  main.insert("p", "h2").attr("class", "gallery-title").append("strong").text(`All ${pictures.length} figures`);
  const thumbnails = main.insert("div", "h2").attr("class", "gallery").selectAll("button").data(pictures).enter()
    .append("button").on("click", (_, i) => enlarge(i));
  thumbnails.append("img").attr("alt", "").attr("loading", "lazy").attr("src", (p) => p.image.src);
  thumbnails.append("span").text((p) => p.title);
}

// ---- A figure enlarged ----

const dialog = d3.select("body").append("dialog").attr("aria-label", "Figure, enlarged");
const header = dialog.append("header");
const heading = header.append("strong");
const buttons = {};
for (const [name, sign, action] of [
  ["Previous", "←", () => enlarge(open.index - 1)],
  ["Next", "→", () => enlarge(open.index + 1)],
  ["Zoom", "Zoom", () => fit(!open.zoomed)],
  ["Close", "Close", () => dialog.node().close()],
]) buttons[name] = header.append("button").text(sign).attr("aria-label", name).on("click", action);
const stage = dialog.append("div").attr("class", "stage").attr("tabindex", 0).attr("autofocus", "");
const words = dialog.append("p");
const open = { index: 0, zoomed: false };

function enlarge(index) {
  open.index = (index + pictures.length) % pictures.length;
  const { image, facts, number, caption } = pictures[open.index];
  heading.text(`${number} of ${pictures.length}`);
  words.text(caption);
  const card = stage.html("").append("div").attr("class", "card");
  card.append("img").attr("src", image.src).attr("alt", image.alt);
  followPointer(card, facts);
  if (!dialog.node().open) dialog.node().showModal();
  fit(false);
}

// As large as the window allows; zoomed, twice as large, and never below the size in print.
function fit(zoomed) {
  open.zoomed = zoomed;
  const image = pictures[open.index].image, frame = stage.node();
  const room = { width: frame.clientWidth - 26, height: frame.clientHeight - 26 };
  const whole = Math.min(room.width, (room.height * image.naturalWidth) / image.naturalHeight);
  stage.select(".card").style("width", `${zoomed ? Math.max(2 * whole, image.naturalWidth) : whole}px`);
  buttons.Zoom.attr("aria-pressed", zoomed);
}
addEventListener("resize", () => { if (dialog.node().open) fit(open.zoomed); });

dialog.on("keydown", () => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[d3.event.key];
  if (step && !open.zoomed) enlarge(open.index + step); // zoomed, the arrows scroll
});
stage.on("click", function () { if (d3.event.target === this) dialog.node().close(); });

// ---- Tables sort and filter ----

// The number that a cell begins with: "≥ 99.7 %", "−0.10 to 0.19", "2.5 × 10⁻⁵", "1,024 networks".
function numberIn(text) {
  const plain = text.replace(/−/g, "-").replace(/(\d),(?=\d{3})/g, "$1");
  const found = plain.match(/^[^\d\w∞-]*(-?)(\d+\.?\d*|∞)(?:\s*×\s*10(-?\d+))?/);
  if (!found) return null;
  const size = found[2] === "∞" ? Infinity : Number(found[2]) * 10 ** Number(found[3] ?? 0);
  return found[1] ? -size : size;
}

function compareCells(a, b, sign) {
  const numbers = [numberIn(a), numberIn(b)];
  if (numbers.every((n) => n !== null) && numbers[0] !== numbers[1]) return sign * (numbers[0] - numbers[1]);
  if (numbers.every((n) => n === null) || numbers[0] === numbers[1]) {
    return sign * a.localeCompare(b, "en", { numeric: true });
  }
  return numbers[0] === null ? 1 : -1; // what has no number stands last, either way
}

function makeSortable(heads, rows, cell) {
  let sorted = { column: -1, sign: 0 };
  heads.each(function (_, column) {
    const label = [...this.childNodes];
    if (!this.textContent.trim()) return;
    const button = d3.select(this).append("button").attr("title", "Sort").on("click", () => {
      // First ascending, then descending, then as it was.
      const sign = sorted.column === column ? { 1: -1, "-1": 0, 0: 1 }[sorted.sign] : 1;
      sorted = { column, sign };
      heads.attr("aria-sort", (_, i) => (i === column && sign ? (sign > 0 ? "ascending" : "descending") : null));
      rows.sort((a, b) => (sign && compareCells(cell(a, column), cell(b, column), sign)) || a.place - b.place);
    });
    for (const node of label) button.node().append(node);
  });
}

function makeFilters(table, titles, rows, cell) {
  const tools = d3.select(table.closest("figure")).insert("div", ":first-child").attr("class", "tools");
  const conditions = [];
  const count = rows.size();
  const apply = () => {
    rows.style("display", (row) => (conditions.every((holds) => holds(row)) ? null : "none"));
    const left = rows.filter(function () { return this.style.display !== "none"; }).size();
    said.text(left < count ? `${left} of ${count} rows` : "");
  };
  if (titles.includes("Task") && titles.includes("Verdict")) {
    for (const title of ["Task", "Verdict"]) {
      const column = titles.indexOf(title);
      const select = tools.append("select").attr("aria-label", title).on("change", apply);
      const options = [...new Set(rows.data().map((row) => cell(row, column)))]
        .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
      select.append("option").attr("value", "").text(`Every ${title.toLowerCase()}`);
      select.selectAll("option.value").data(options).enter().append("option")
        .attr("value", (value) => value).text((value) => (title === "Task" ? `Task ${value}` : value));
      conditions.push((row) => !select.property("value") || cell(row, column) === select.property("value"));
    }
  }
  const search = tools.append("input").attr("type", "search").attr("placeholder", "Filter by words")
    .attr("aria-label", "Show the rows with these words").on("input", apply);
  conditions.push((row) => row.text.includes(search.property("value").trim().toLowerCase()));
  const said = tools.append("span").attr("role", "status");
}

// Those of the sections: the answers before them are in the order of the assignment.
main.selectAll("h2 ~ * table").each(function () {
  const heads = d3.select(this).selectAll("thead th"), rows = d3.select(this).selectAll("tbody tr");
  // A row that spans others must stay with them.
  if (rows.size() < 3 || this.querySelector("[colspan], [rowspan]")) return;
  rows.datum(function (_, place) {
    const cells = [...this.cells].map((e) => e.textContent.trim());
    return { place, cells, text: cells.join(" ").toLowerCase() };
  });
  const cell = (row, column) => row.cells[column] ?? "";
  const titles = heads.nodes().map((head) => head.textContent.trim());
  makeSortable(heads, rows, cell);
  if (rows.size() > 8 || titles.includes("Verdict")) makeFilters(this, titles, rows, cell);
});

// The page has grown since the browser went to the address it was opened with.
document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
markPlace();
