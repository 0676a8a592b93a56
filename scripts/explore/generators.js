// Samples of the trained generators, drawn from new noise.
"use strict";

exhibit("generators", (data) => {
  const SAMPLES = 2000, EDGE = 1.4, BINS = 28;
  const runs = data.runs.map((run) => ({
    ...run,
    generators: run.generators.map((one) => ({ ...one, layers: unpackLayers(one.layers) })),
  }));
  const [size, left, top, bar, gap] = [290, 40, 4, 56, 6];
  const [width, height] = [left + size + gap + bar, top + bar + gap + size + 36];
  const svg = d3.select("#generators-plot").attr("viewBox", `0 0 ${width} ${height}`);
  const x = d3.scaleLinear().domain([-EDGE, EDGE]).range([left, left + size]);
  const y = d3.scaleLinear().domain([-EDGE, EDGE]).range([top + bar + gap + size, top + bar + gap]);
  const foot = top + bar + gap + size;
  svg.append("g").attr("transform", `translate(0,${foot})`).call(d3.axisBottom(x).ticks(7));
  svg.append("g").attr("transform", `translate(${left},0)`).call(d3.axisLeft(y).ticks(7));
  const names = ["x", "y"].map((axis, i) => svg.append("text").attr("text-anchor", "middle")
    .attr("transform", i ? `translate(10,${y(0)}) rotate(-90)` : `translate(${x(0)},${height - 6})`));
  const square = svg.append("rect").attr("x", x(-1)).attr("y", y(1)).attr("width", x(1) - x(-1)).attr("height", y(-1) - y(1))
    .attr("fill", "none").style("stroke", "var(--quiet)").attr("stroke-dasharray", "5 4");
  const cloud = svg.append("path").attr("stroke-width", 2.6).attr("stroke-linecap", "round").attr("opacity", 0.6)
    .style("stroke", "var(--accent)");
  const sides = ["x", "y"].map(() => svg.append("g").style("fill", "var(--accent)"));
  const targets = ["x", "y"].map(() => svg.append("path").attr("fill", "none").style("stroke", "var(--quiet)")
    .attr("stroke-dasharray", "5 4"));
  const bins = d3.histogram().domain([-EDGE, EDGE]).thresholds(d3.range(1, BINS).map((i) => -EDGE + 2 * EDGE * i / BINS));
  // The highest bar of a histogram is three times the uniform density.
  const length = d3.scaleLinear().domain([0, 1.5]).range([0, bar]).clamp(true);
  let random = new Random(seedOf(element("generators-seed")));
  let noise = [], samples = [];

  const fill = (id, options) => {
    const found = d3.select(`#${id}`).selectAll("option").data(options);
    found.exit().remove();
    found.enter().append("option").merge(found).attr("value", (_, i) => i).text((text) => text);
  };
  const run = () => runs[+element("generators-run").value];
  const generator = () => run().generators[+element("generators-noise").value];
  const axes = () => ["x", "y"].map((axis) => +element(`generators-${axis}`).value);

  // The largest noise is drawn, and each generator takes as much as it needs.
  function drawNoise() {
    const most = d3.max(runs, (one) => d3.max(one.generators, (of) => of.noise_dim));
    noise = d3.range(SAMPLES).map(() => Float64Array.from({ length: most }, () => random.normal()));
    update();
  }

  function chooseRun() {
    const { dim, generators } = run();
    const slider = d3.select("#generators-noise").attr("max", generators.length - 1);
    slider.property("value", generators.length - 1);
    const names = d3.range(dim).map((i) => `coordinate ${i + 1}`);
    fill("generators-x", names);
    fill("generators-y", names);
    element("generators-x").value = 0;
    element("generators-y").value = 1;
    update();
  }

  function update() {
    const { dim } = run(), { layers, noise_dim: noiseDim } = generator();
    samples = noise.map((z) => perceptron(z.subarray(0, noiseDim), layers, Math.tanh));
    d3.select("#generators-plot").datum({ noise, samples, run: run(), generator: generator() });
    element("generators-noise-text").textContent = noiseDim;
    element("generators-noise").setAttribute("aria-valuetext", `${noiseDim} noise dimensions`);
    const inside = samples.filter((sample) => sample.every((value) => Math.abs(value) <= 1)).length;
    const why = noiseDim < dim
      ? `Noise of ${noiseDim} dimension${noiseDim > 1 ? "s" : ""} for ${dim} coordinates: the samples lie on a bent set of at most ${noiseDim} dimension${noiseDim > 1 ? "s" : ""}, which cannot fill the cube.`
      : `There is noise of ${noiseDim} dimensions for ${dim} coordinates, which can fill the cube.`;
    element("generators-output").textContent = `${why} Of ${number(SAMPLES)} samples, ${percent(inside / SAMPLES)} lie within the cube in all ${dim} coordinates.`;
    draw();
  }

  function draw() {
    const chosen = axes();
    const pairs = samples.map((sample) => chosen.map((axis) => sample[axis]));
    const visible = pairs.filter((pair) => pair.every((value) => Math.abs(value) <= EDGE));
    cloud.attr("d", dots(visible.map(([a, b]) => [x(a), y(b)])));
    element("generators-hidden").textContent = visible.length === SAMPLES ? ""
      : `${number(SAMPLES - visible.length)} of the samples lie outside of the plot.`;
    chosen.forEach((axis, i) => {
      names[i].text(`coordinate ${axis + 1}`);
      const counts = bins(samples.map((sample) => sample[axis]));
      const density = (bin) => bin.length / SAMPLES / (bin.x1 - bin.x0);
      const rects = sides[i].selectAll("rect").data(counts);
      const all = rects.enter().append("rect").merge(rects);
      if (i === 0) {
        all.attr("x", (bin) => x(bin.x0) + 0.5).attr("width", (bin) => x(bin.x1) - x(bin.x0) - 1)
          .attr("y", (bin) => top + bar - length(density(bin))).attr("height", (bin) => length(density(bin)));
      } else {
        all.attr("y", (bin) => y(bin.x1) + 0.5).attr("height", (bin) => y(bin.x0) - y(bin.x1) - 1)
          .attr("x", left + size + gap).attr("width", (bin) => length(density(bin)));
      }
    });
    const at = top + bar - length(0.5), from = left + size + gap + length(0.5);
    targets[0].attr("d", `M${x(-1)},${top + bar}V${at}H${x(1)}V${top + bar}`);
    targets[1].attr("d", `M${left + size + gap},${y(-1)}H${from}V${y(1)}H${left + size + gap}`);
    square.raise();
  }

  fill("generators-run", runs.map(({ name, dim }) => `${dim} dimensions (${name})`));
  d3.select("#generators-run").on("change", chooseRun);
  d3.select("#generators-noise").on("input", update);
  d3.selectAll("#generators-x, #generators-y").on("change", draw);
  d3.select("#generators-draw").on("click", drawNoise);
  d3.select("#generators-seed").on("change", () => {
    random = new Random(seedOf(element("generators-seed")));
    drawNoise();
  });
  d3.select("#generators-run").property("value", 0);
  chooseRun();
  drawNoise();
});
