// Draw deep, narrow ReLU networks, count those that are born dead, and train one.
"use strict";

exhibit("relu", (data) => {
  const { width, depth, bounds, estimate, schedule } = data;
  const TILES = 48, TEST_POINTS = 1000, FRAME = 16; // the last in ms
  const runge = (x) => 1 / (1 + 25 * x * x);
  const points = (n) => Float64Array.from({ length: n }, (_, i) => -1 + 2 * i / (n - 1));
  const x = points(data.points), y = x.map(runge);
  const testX = points(TEST_POINTS), truth = testX.map(runge);
  let random, networks, chosen, training, timer;
  let drawn = 0, dead = 0;

  // Without biases each network is linear on each side of zero, so three points draw it.
  const curve = (values) => {
    const largest = Math.max(...values.map(Math.abs)) || 1;
    return `M0,${15 - 11 * values[0] / largest}L20,${15 - 11 * values[1] / largest}L40,${15 - 11 * values[2] / largest}`;
  };

  function draw(count) {
    const made = d3.range(count).map(() => {
      const network = new ReluNetwork(width, depth, random);
      return { network, isDead: network.isBornDead() };
    });
    drawn += count;
    dead += made.filter(({ isDead }) => isDead).length;
    networks = made.slice(-TILES).map((one, i) => ({ ...one, number: drawn - TILES + i + 1 }));
    const tiles = d3.select("#relu-tiles").selectAll("button").data(networks);
    const entered = tiles.enter().append("button").attr("type", "button");
    entered.append("svg").attr("viewBox", "0 0 40 30").attr("aria-hidden", "true").append("path");
    const all = entered.merge(tiles);
    all.classed("dead", ({ isDead }) => isDead)
      .attr("aria-label", ({ number: n, isDead }) => `Network ${n}, born ${isDead ? "dead" : "alive"}`)
      .attr("title", ({ number: n, isDead }) => `Network ${n}, born ${isDead ? "dead" : "alive"}`)
      .on("click", choose)
      .on("keydown", moveOn)
      .each(function redraw(tile) {
        const outputs = tile.network.outputs(Float64Array.of(-1, 0, 1));
        d3.select(this).select("path").attr("d", curve(Array.from(outputs)));
      });
    drawShare();
    choose(networks.find(({ isDead }) => !isDead) || networks[0]);
  }

  function drawShare() {
    const interval = wilson(dead, drawn);
    const rows = [{ name: "theory", low: bounds[0], high: bounds[1] }];
    if (estimate) rows.push({ name: "workflow", ...estimate });
    rows.push({ name: "here", value: dead / drawn, low: interval[0], high: interval[1] });
    const shade = ({ name }) => `var(--${name === "here" ? "accent" : "quiet"})`;
    const [w, left, right] = [400, 68, 18], height = 26 + 22 * rows.length;
    const scale = d3.scaleLinear().domain([0, 1]).range([left, w - right]);
    const svg = d3.select("#relu-share").attr("viewBox", `0 0 ${w} ${height}`).datum({ drawn, dead, interval });
    svg.selectAll("*").remove();
    svg.append("g").attr("transform", `translate(0,${height - 20})`)
      .call(d3.axisBottom(scale).ticks(5, "%").tickSize(-(height - 20)))
      .select(".domain").remove();
    const row = svg.selectAll(".row").data(rows).enter().append("g")
      .attr("transform", (_, i) => `translate(0,${12 + 22 * i})`);
    row.append("text").attr("x", left - 10).attr("dy", "0.35em").attr("text-anchor", "end").text(({ name }) => name);
    row.append("line").attr("x1", ({ low }) => scale(low)).attr("x2", ({ high }) => scale(high))
      .style("stroke", shade)
      .attr("stroke-width", ({ value }) => (value === undefined ? 10 : 3));
    row.filter(({ value }) => value !== undefined).append("circle").attr("r", 5).attr("cx", ({ value }) => scale(value))
      .style("fill", shade);
    const theory = `Theory bounds the probability by ${percent(bounds[0])} and ${percent(bounds[1])}`;
    const measured = estimate
      ? `; the workflow counted ${percent(estimate.value)} of ${number(estimate.networks)} networks.`
      : "; the workflow made no estimate for this size.";
    element("relu-count").textContent = `Here: ${number(dead)} of ${number(drawn)} are born dead, `
      + `${percent(dead / drawn)} (95 % interval ${percent(interval[0])} to ${percent(interval[1])}). ${theory}${measured}`;
  }

  const [w, h, pad] = [320, 230, { left: 32, right: 12, top: 8, bottom: 24 }];
  const across = d3.scaleLinear().domain([-1, 1]).range([pad.left, w - pad.right]);
  const up = d3.scaleLinear().domain([-0.25, 1.25]).range([h - pad.bottom, pad.top]);
  const plot = d3.select("#relu-training").attr("viewBox", `0 0 ${w} ${h}`);
  plot.append("g").attr("transform", `translate(0,${h - pad.bottom})`).call(d3.axisBottom(across).ticks(5));
  plot.append("g").attr("transform", `translate(${pad.left},0)`).call(d3.axisLeft(up).ticks(5));
  plot.append("clipPath").attr("id", "relu-clip").append("rect").attr("x", pad.left).attr("y", pad.top)
    .attr("width", w - pad.left - pad.right).attr("height", h - pad.top - pad.bottom);
  const line = d3.line().x((_, i) => across(testX[i])).y((value) => up(clamp(value, -10, 10)));
  const curves = plot.append("g").attr("clip-path", "url(#relu-clip)").attr("fill", "none");
  curves.append("path").attr("d", line(truth)).style("stroke", "var(--quiet)").attr("stroke-width", 1.5)
    .attr("stroke-dasharray", "5 4");
  const learned = curves.append("path").style("stroke", "var(--accent)").attr("stroke-width", 2.5);

  function choose(one) {
    stop();
    chosen = one;
    // Only the chosen tile is a stop of the tab key; arrows move to the others.
    d3.selectAll("#relu-tiles button").attr("aria-pressed", (tile) => String(tile === one))
      .attr("tabindex", (tile) => (tile === one ? 0 : -1));
    // A copy, so that the network can be trained again from its birth.
    const network = new ReluNetwork(width, depth, new Random(1));
    network.parameters.set(one.network.parameters);
    training = new Training(network, schedule);
    drawTraining(`Network ${one.number}, born ${one.isDead ? "dead" : "alive"}, not trained yet.`);
  }

  function moveOn(one) {
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[d3.event.key];
    const next = networks[networks.indexOf(one) + step];
    if (!next) return;
    d3.event.preventDefault();
    choose(next);
    d3.selectAll("#relu-tiles button").filter((tile) => tile === next).node().focus();
  }

  function drawTraining(text) {
    const values = training.network.outputs(testX);
    learned.attr("d", line(values)).style("stroke", `var(--${outcome(values).isDead ? "dead" : "accent"})`);
    plot.datum({ training, values, start: chosen.network.parameters });
    element("relu-outcome").textContent = text;
  }

  // What became of the network, as the study defines it.
  function outcome(values) {
    const slopes = training.network.slopes(testX);
    const isOff = (sign) => slopes.every((slope, i) => Math.sign(testX[i]) !== sign || slope === 0);
    const norm = (of) => Math.sqrt(d3.sum(of, (value) => value * value));
    const error = norm(values.map((value, i) => value - truth[i])) / norm(truth);
    const isDead = isOff(-1) && isOff(1);
    const isCollapsed = d3.deviation(values) < data.collapsed * d3.deviation(truth);
    const said = `Relative L² error ${percent(error)}.`;
    let is = "It has learned a part of the function.";
    if (isDead) is = "It is dead: its slope is exactly zero everywhere.";
    else if (isCollapsed) is = `It has collapsed: it varies by less than ${percent(data.collapsed, 0)} of what the function does.`;
    else if (error < data.good) is = "It has learned the function.";
    else if (isOff(-1) !== isOff(1)) is = "It is constant on one half of the interval.";
    return { isDead, error, text: `${is} ${said}` };
  }

  function stop() {
    clearTimeout(timer);
    timer = undefined;
    const begun = training && training.step > 0 && training.step < schedule.steps;
    element("relu-train").textContent = begun ? "Go on" : "Train";
  }

  function advance() {
    // Without animation all steps are taken at once, so that the curve does not move.
    const steps = wantsStillness ? schedule.steps : Math.max(1, Math.round(schedule.steps / 150));
    let loss;
    for (let i = 0; i < steps && training.step < schedule.steps; i++) loss = training.advance(x, y);
    if (training.step < schedule.steps) {
      drawTraining(`Step ${number(training.step)} of ${number(schedule.steps)}, loss ${d3.format(".2~e")(loss)}.`);
      timer = setTimeout(advance, FRAME);
    } else {
      stop();
      const { text } = outcome(training.network.outputs(testX));
      drawTraining(`After ${number(schedule.steps)} steps: ${text}`);
    }
  }

  function train() {
    if (timer !== undefined) { stop(); return; }
    if (training.step === schedule.steps) choose(chosen);
    element("relu-train").textContent = "Stop";
    timer = setTimeout(advance, FRAME);
  }

  function restart() {
    random = new Random(seedOf(element("relu-seed")));
    drawn = dead = 0;
    draw(TILES);
  }

  d3.select("#relu-draw").on("click", () => draw(TILES));
  d3.select("#relu-many").on("click", () => draw(100 * TILES));
  d3.select("#relu-restart").on("click", restart);
  d3.select("#relu-seed").on("change", restart);
  d3.select("#relu-train").on("click", train);
  d3.select(document).on("keydown.relu", () => {
    const { key, ctrlKey, metaKey, altKey, target } = d3.event;
    if (key.toLowerCase() !== "n" || ctrlKey || metaKey || altKey || target.closest("input, select")) return;
    const box = element("relu").getBoundingClientRect();
    if (box.bottom > 0 && box.top < window.innerHeight) draw(TILES); // only if it can be seen
  });
  restart();
});
