// Blocks whose stiffness is an image, at each step of their load.
"use strict";

exhibit("blocks", (data) => {
  const PIXELS = 28, MARGIN = 0.6;
  const displacements = unpack(data.displacements), pixels = unpack(data.pixels);
  const [count, steps] = displacements.shape, { loads, unit } = data;
  const canvas = element("blocks-canvas");
  const size = PIXELS * PIXELS * 2;

  // Displacements [28, 28, 2] of a block at a step; null where it has no solution.
  function field(block, step) {
    if (step === 0) return new Float64Array(size);
    const start = (block * steps + step - 1) * size, found = displacements.subarray(start, start + size);
    return found[0] === data.no_value ? null : Float64Array.from(found, (value) => value * unit);
  }

  // The box around all blocks at all steps, so that the block grows and the scale does not.
  const extents = [0, 1].map((axis) => {
    let [low, high] = [0, data.side];
    for (let i = axis; i < displacements.length; i += 2) {
      if (displacements[i] === data.no_value) continue;
      const at = i % size >> 1, center = (axis ? Math.floor(at / PIXELS) : at % PIXELS) + 0.5;
      low = Math.min(low, center + displacements[i] * unit);
      high = Math.max(high, center + displacements[i] * unit);
    }
    return [low - MARGIN, high + MARGIN];
  });
  const largest = d3.max(displacements.filter((value) => value !== data.no_value), Math.abs) * unit || 1;
  const shades = {
    stiffness: (value) => d3.interpolateGreys(0.12 + 0.83 * value),
    displacement: (value) => d3.interpolateViridis(value),
  };

  function draw() {
    const block = +element("blocks-block").value, step = +element("blocks-step").value;
    const by = element("blocks-color").value, shade = shades[by];
    const found = field(block, step);
    const [[left, right], [bottom, top]] = extents;
    const width = 900, scale = width / (right - left);
    Object.assign(canvas, { width, height: Math.round(scale * (top - bottom)) });
    const context = canvas.getContext("2d");
    d3.select(canvas).datum({ block, step, field: found });
    element("blocks-step-text").textContent = `${step} of ${steps}`;
    element("blocks-step").setAttribute("aria-valuetext", `step ${step} of ${steps}`);
    drawScale(by, shade);
    if (!found) {
      element("blocks-output").textContent = `The solver found no equilibrium of this block at step ${step}.`;
      return;
    }
    const place = (row, column) => {
      const at = 2 * (row * PIXELS + column);
      return [(column + 0.5 + found[at] - left) * scale, (top - row - 0.5 - found[at + 1]) * scale];
    };
    const value = (row, column) => {
      const at = row * PIXELS + column;
      return by === "stiffness" ? pixels[block * PIXELS * PIXELS + at] / 255
        : Math.hypot(found[2 * at], found[2 * at + 1]) / largest;
    };
    for (let row = 0; row < PIXELS - 1; row++) {
      for (let column = 0; column < PIXELS - 1; column++) {
        const corners = [[row, column], [row, column + 1], [row + 1, column + 1], [row + 1, column]];
        context.beginPath();
        corners.forEach((corner) => context.lineTo(...place(...corner)));
        context.closePath();
        context.fillStyle = shade(Math.min(1, d3.mean(corners, (corner) => value(...corner))));
        context.fill();
        context.strokeStyle = by === "stiffness" ? "#7a7d8455" : "#ffffff40";
        context.lineWidth = 1.5;
        context.stroke();
      }
    }
    const moved = d3.max(d3.range(PIXELS * PIXELS), (at) => Math.hypot(found[2 * at], found[2 * at + 1]));
    element("blocks-output").textContent = `Load: ${data.case}. Opposite sides are moved by ${loads[step]} pixel widths against each other; the block moves by up to ${moved.toFixed(2)}.`;
  }

  function drawScale(by, shade) {
    const svg = d3.select("#blocks-scale").attr("viewBox", "0 0 280 40");
    svg.selectAll("*").remove();
    svg.selectAll("rect").data(d3.range(64)).enter().append("rect").attr("x", (i) => 4 + 4.25 * i).attr("width", 4.6)
      .attr("height", 14).attr("fill", (i) => shade(i / 63));
    const ends = by === "stiffness" ? ["soft", `${data.contrast} times as stiff`] : ["0", `${largest.toFixed(1)} pixel widths`];
    svg.selectAll("text").data(ends).enter().append("text").attr("x", (_, i) => (i ? 276 : 4)).attr("y", 30)
      .attr("text-anchor", (_, i) => (i ? "end" : "start")).text((text) => text);
  }

  d3.select("#blocks-block").selectAll("option").data(d3.range(count)).enter().append("option")
    .attr("value", (i) => i).text((i) => `image ${i + 1}, labeled ${data.labels[i]}`);
  d3.select("#blocks-step").attr("max", steps).property("value", steps).on("input", draw);
  d3.selectAll("#blocks-block, #blocks-color").on("change", draw);
  draw();
});
