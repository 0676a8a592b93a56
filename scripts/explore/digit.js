// Draw a digit, and see what the convolutional network makes of it.
"use strict";

const SIDE = 28, BOX = 20; // pixels of an image, and of the box that MNIST's digits fill
const FINE = 140; // pixels of the drawing, along a side
const PEN = 5.5; // radius of the pen, in pixels of the drawing

// A drawing: ink in [0, 1] on FINE × FINE pixels.
class Drawing {
  constructor() { this.ink = new Float64Array(FINE * FINE); }

  // A line with round ends and soft edges; all in pixels of the drawing.
  line([x0, y0], [x1, y1]) {
    const reach = PEN + 1, dx = x1 - x0, dy = y1 - y0, square = dx * dx + dy * dy;
    const [left, right] = [Math.min(x0, x1) - reach, Math.max(x0, x1) + reach];
    const [top, bottom] = [Math.min(y0, y1) - reach, Math.max(y0, y1) + reach];
    for (let y = Math.max(0, Math.floor(top)); y < Math.min(FINE, bottom); y++) {
      for (let x = Math.max(0, Math.floor(left)); x < Math.min(FINE, right); x++) {
        const [px, py] = [x + 0.5 - x0, y + 0.5 - y0];
        const t = square ? clamp((px * dx + py * dy) / square, 0, 1) : 0;
        const distance = Math.hypot(px - t * dx, py - t * dy);
        const at = y * FINE + x;
        this.ink[at] = Math.max(this.ink[at], clamp(PEN + 0.5 - distance, 0, 1));
      }
    }
  }

  // The drawing in the form of MNIST's digits, [28 · 28]: cropped to its ink, scaled to a box of
  // 20 × 20 pixels, and placed with its center of mass in the middle. Null without ink.
  asDigit() {
    const inked = d3.range(FINE * FINE).filter((at) => this.ink[at] > 0.25);
    if (!inked.length) return null;
    const [left, right] = d3.extent(inked, (at) => at % FINE);
    const [top, bottom] = d3.extent(inked, (at) => Math.floor(at / FINE));
    const [width, height] = [right - left + 1, bottom - top + 1];
    const scale = BOX / Math.max(width, height);
    const [w, h] = [width, height].map((length) => Math.max(1, roundHalfToEven(scale * length)));
    const across = resampling(width, w), down = resampling(height, h);
    const small = down.map((rows) => across.map((columns) => {
      let sum = 0;
      for (const [row, a] of rows) {
        for (const [column, b] of columns) sum += a * b * this.ink[(top + row) * FINE + left + column];
      }
      return sum;
    }));
    const total = d3.sum(small, (row) => d3.sum(row));
    const centers = [
      d3.sum(small, (row, y) => y * d3.sum(row)) / total,
      d3.sum(small, (row) => d3.sum(row, (value, x) => x * value)) / total,
    ];
    const [y0, x0] = centers.map((center, axis) => (
      clamp(roundHalfToEven((SIDE - 1) / 2 - center), 0, SIDE - [h, w][axis])
    ));
    const digit = new Float64Array(SIDE * SIDE);
    small.forEach((row, y) => digit.set(row, (y0 + y) * SIDE + x0));
    return digit;
  }
}

// As Python rounds, so that both place a digit alike.
function roundHalfToEven(value) {
  const floor = Math.floor(value), rest = value - floor;
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
}

// Linear interpolation from `from` pixels to `to`; where these are fewer, each is a mean with
// triangular weights over those that it covers. For each new pixel, pairs of old pixel and weight.
function resampling(from, to) {
  const scale = from / to, support = Math.max(1, scale);
  return d3.range(to).map((i) => {
    const center = scale * (i + 0.5);
    const first = Math.max(0, Math.floor(center - support + 0.5));
    const last = Math.min(from, Math.floor(center + support + 0.5));
    const pairs = d3.range(first, last)
      .map((j) => [j, Math.max(0, 1 - Math.abs(j + 0.5 - center) / support)]);
    const sum = d3.sum(pairs, ([, weight]) => weight);
    return pairs.map(([j, weight]) => [j, weight / sum]);
  });
}

exhibit("digit", (data) => {
  const convolutions = unpackLayers(data.convolutions), [last] = unpackLayers([data.last]);
  const features = unpack(data.features), labels = unpack(data.labels), exact = unpack(data.exact);
  const canvas = element("digit-canvas"), context = canvas.getContext("2d");
  const drawn = document.createElement("canvas");
  drawn.width = drawn.height = FINE;
  let drawing = new Drawing();
  let shown = -1; // the test image that is shown instead of a drawing
  let next = 0; // the test image that the button shows
  let pen = [FINE / 2, FINE / 2], penIsDown = false, keysAreUsed = false;

  const bars = d3.select("#digit-bars").selectAll("li").data(d3.range(10)).enter().append("li");
  bars.append("span").text((label) => label);
  bars.append("span").attr("class", "bar").append("i");
  bars.append("span").attr("class", "value");

  if (data.caution) d3.select("#digit-hint").append("strong").text(` ${data.caution}`);

  function drawCanvas() {
    drawGray(drawn, shown < 0 ? drawing.ink : d3.range(FINE * FINE).map((at) => {
      const y = Math.floor(at / FINE), x = at % FINE, pixel = FINE / SIDE;
      return exact[(shown * SIDE + Math.floor(y / pixel)) * SIDE + Math.floor(x / pixel)] / 255;
    }));
    context.imageSmoothingEnabled = shown < 0;
    context.drawImage(drawn, 0, 0, canvas.width, canvas.height);
    if (keysAreUsed && document.activeElement === canvas) {
      context.beginPath();
      context.arc(2 * pen[0], 2 * pen[1], 2 * PEN, 0, 2 * Math.PI);
      context.strokeStyle = penIsDown ? "#ffb000" : "#8fd0ff";
      context.lineWidth = 2;
      context.stroke();
    }
  }

  function closest(found) {
    const width = found.length;
    const distances = d3.range(labels.length).map((image) => {
      let sum = 0;
      for (let i = 0; i < width; i++) {
        sum += (features[image * width + i] * data.feature_unit - found[i]) ** 2;
      }
      return Math.sqrt(sum);
    });
    return d3.range(labels.length).filter((image) => image !== shown)
      .sort((a, b) => distances[a] - distances[b]).slice(0, 5);
  }

  function update() {
    drawCanvas();
    const image = shown < 0 ? drawing.asDigit()
      : Float64Array.from(exact.subarray(shown * SIDE * SIDE, (shown + 1) * SIDE * SIDE), (v) => v / 255);
    drawGray(element("digit-input"), image || new Float64Array(SIDE * SIDE));
    const found = image && classify(image, data.margin, convolutions, last);
    d3.select("#digit-input").datum({ image, ink: drawing.ink });
    const best = found && d3.scan(found.probabilities, (a, b) => b - a);
    bars.datum((_, label) => ({ label, probability: found ? found.probabilities[label] : 0 }))
      .classed("best", (bar) => bar.label === best);
    bars.select("i").style("width", (bar) => `${100 * bar.probability}%`);
    bars.select(".value").text((bar) => (found ? percent(bar.probability) : "–"));
    const says = found ? `It reads ${best}, with probability ${percent(found.probabilities[best])}.`
      : "There is nothing to read yet.";
    element("digit-output").textContent = shown < 0 ? says
      : `Test image ${shown + 1}, labeled ${labels[shown]}. ${says}`;
    const items = d3.select("#digit-closest").selectAll("li")
      .data(found ? closest(found.features) : []);
    items.exit().remove();
    const entered = items.enter().append("li");
    entered.append("i").attr("role", "img");
    entered.append("span");
    const all = entered.merge(items);
    all.select("i")
      .attr("aria-label", (i) => `Test image ${i + 1}`)
      .style("background-image", `url(${data.sprite})`)
      .style("background-size", `${48 * data.sprite_columns}px auto`)
      .style("background-position", (i) => (
        `${-48 * (i % data.sprite_columns)}px ${-48 * Math.floor(i / data.sprite_columns)}px`));
    all.select("span").text((i) => labels[i]);
  }

  // Once for all events that are waiting.
  let isAsked = false;
  function askForUpdate() {
    if (isAsked) return;
    isAsked = true;
    setTimeout(() => { isAsked = false; update(); });
  }

  function clear() {
    drawing = new Drawing();
    shown = -1;
    askForUpdate();
  }

  function drawTo(point) {
    if (shown >= 0) clear();
    drawing.line(pen, point);
    pen = point;
    askForUpdate();
  }

  function place(event) {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width * FINE, (event.clientY - box.top) / box.height * FINE];
  }

  let isDrawing = false;
  d3.select(canvas)
    .on("pointerdown", () => {
      isDrawing = true;
      keysAreUsed = penIsDown = false;
      pen = place(d3.event);
      drawTo(pen);
    })
    .on("keydown", () => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[d3.event.key];
      if (!step && d3.event.key !== " ") return;
      d3.event.preventDefault();
      keysAreUsed = true;
      if (step) {
        const point = pen.map((value, axis) => clamp(value + 4 * step[axis], 0, FINE));
        if (penIsDown) drawTo(point);
        pen = point;
      } else {
        penIsDown = !penIsDown;
        if (penIsDown) drawTo(pen);
      }
      drawCanvas();
    })
    .on("focus blur", drawCanvas);
  // On the window, so that a line may leave the canvas and come back.
  d3.select(window)
    .on("pointermove.digit", () => { if (isDrawing) drawTo(place(d3.event)); })
    .on("pointerup.digit pointercancel.digit", () => { isDrawing = false; });
  d3.select("#digit-clear").on("click", clear);
  function showTestImage() {
    shown = next;
    next = (next + 1) % exact.shape[0];
    drawing = new Drawing();
    update();
  }
  d3.select("#digit-test").on("click", showTestImage);
  showTestImage(); // so that the exhibit is not empty
});
