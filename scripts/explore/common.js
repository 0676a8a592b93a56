// What all exhibits use: the data, random numbers, canvases.
"use strict";

const DATA = JSON.parse(document.getElementById("data").textContent);

// A packed array as a typed array, with its shape as a property. Numbers are little-endian; so is
// every processor that browsers run on.
function unpack(stored) {
  const bytes = Uint8Array.from(atob(stored.data), (letter) => letter.charCodeAt(0));
  const Type = { float32: Float32Array, int16: Int16Array, uint8: Uint8Array }[stored.type];
  return Object.assign(new Type(bytes.buffer), { shape: stored.shape });
}

// Layers of a network with their arrays unpacked.
const unpackLayers = (layers) => layers.map((layer) => Object.fromEntries(
  Object.entries(layer).map(([name, value]) => [name, value.data === undefined ? value : unpack(value)]),
));

// Marsaglia's xorshift128 (2003): the same numbers from the same seed in every browser.
class Random {
  constructor(seed) {
    this.state = Uint32Array.of(seed, 0x9e3779b9 ^ seed, 0x243f6a88, 0xb7e15162);
    for (let i = 0; i < 64; i++) this.bits(); // until the seed has reached every bit
  }

  bits() {
    const s = this.state;
    let t = s[0] ^ (s[0] << 11);
    t ^= t >>> 8;
    s[0] = s[1]; s[1] = s[2]; s[2] = s[3];
    s[3] = s[3] ^ (s[3] >>> 19) ^ t;
    return s[3];
  }

  // In (0, 1].
  uniform() { return (this.bits() + 1) / 4294967296; }

  // Standard normal, by Box and Muller (1958).
  normal() {
    return Math.sqrt(-2 * Math.log(this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }
}

// The seed that an input holds, or 1 where that is no whole number.
const seedOf = (input) => Math.max(1, Math.floor(Number(input.value)) || 1);

const element = (id) => document.getElementById(id);
const percent = (share, digits = 1) => `${(100 * share).toFixed(digits)}\u00a0%`;
const number = d3.format(",");
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const wantsStillness = matchMedia("(prefers-reduced-motion: reduce)").matches;

// Draw gray values in [0, 1] on a canvas of as many pixels; values outside are cut off.
function drawGray(canvas, values) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  values.forEach((value, i) => {
    const gray = Math.round(255 * clamp(value, 0, 1));
    image.data.set([gray, gray, gray, 255], 4 * i);
  });
  context.putImageData(image, 0, 0);
}

// One path that draws a dot at each [x, y]: lines without length, whose round ends are seen.
const dots = (points) => points.map(([x, y]) => `M${x.toFixed(1)},${y.toFixed(1)}h0`).join("");

// Start the exhibit `name` with its data, say why there is none, or remove the section of an exhibit
// that this run does not have.
function exhibit(name, start) {
  const section = d3.select(`#${name}`), data = DATA[name];
  if (data === undefined) {
    section.remove();
    d3.select(`nav a[href="#${name}"]`).remove();
    return;
  }
  section.select(".note").text(data.note || "");
  if (data.missing === undefined) {
    start(data);
  } else {
    section.selectAll(".says, .exhibit").remove();
    section.insert("p", ".note").text(data.missing);
  }
}

{
  const { dataset, noun, is_preview, is_stand_in } = DATA.about;
  element("dataset").textContent = dataset;
  const said = is_preview
    ? `Preview: small networks, few seeds and ${dataset}. Its numbers are no results.`
    : is_stand_in ? `Stand-in data: ${dataset}` : "";
  d3.select("#notice").text(said).attr("hidden", said ? null : true);
  d3.selectAll(".noun").text(noun);
}
