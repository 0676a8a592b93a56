// Move through the plane of codes of an autoencoder with two latent dimensions, and of PCA.
"use strict";

exhibit("latent", (data) => {
  const mean = unpack(data.mean), basis = unpack(data.basis), decoder = unpackLayers(data.decoder);
  const codes = { codes: unpack(data.codes), pca_codes: unpack(data.pca_codes) };
  const labels = unpack(data.labels);
  const colors = d3.scaleOrdinal(d3.schemeCategory10).domain(d3.range(10));
  const [width, height, margin] = [400, 330, { left: 26, right: 10, top: 6, bottom: 22 }];
  const svg = d3.select("#latent-plane").attr("viewBox", `0 0 ${width} ${height}`);
  const x = d3.scaleLinear().range([margin.left, width - margin.right]);
  const y = d3.scaleLinear().range([height - margin.bottom, margin.top]);
  const axes = svg.selectAll(".axis").data([d3.axisBottom(x).ticks(6), d3.axisLeft(y).ticks(6)]).enter()
    .append("g").attr("class", "axis")
    .attr("transform", (_, i) => (i ? `translate(${margin.left},0)` : `translate(0,${height - margin.bottom})`));
  const classes = svg.append("g").selectAll("path").data(d3.range(10)).enter().append("path")
    .attr("stroke", colors).attr("stroke-width", 4).attr("stroke-linecap", "round").attr("opacity", 0.85);
  const point = svg.append("g");
  for (const [stroke, thickness] of [["#fff", 6], ["#000", 2.5]]) {
    point.append("path").attr("d", "M-11,0H-4M4,0H11M0,-11V-4M0,4V11M-7,0A7,7 0 1 0 7,0A7,7 0 1 0 -7,0")
      .attr("fill", "none").attr("stroke", stroke).attr("stroke-width", thickness);
  }
  d3.select("#latent-legend").selectAll("span").data(d3.range(10)).enter().append("span")
    .html((label) => `<i style="background:${colors(label)}"></i>${label}`);

  let code = [0, 0];

  function drawImages() {
    const linearly = Float64Array.from(mean, (value, i) => (
      value + basis[2 * i] * code[0] + basis[2 * i + 1] * code[1]));
    const more = perceptron(Float64Array.from(code), decoder, gelu);
    const images = { "latent-decoded": linearly.map((value, i) => value + more[i]), "latent-pca": linearly };
    for (const [id, image] of Object.entries(images)) {
      drawGray(element(id), image);
      d3.select(`#${id}`).datum({ code, image });
    }
    point.attr("transform", `translate(${x(code[0])},${y(code[1])})`);
    element("latent-output").textContent = `Both images are made from the point (${code.map((value) => value.toFixed(2).replace("-", "−")).join(", ")}).`;
  }

  function drawPlane() {
    const shown = codes[element("latent-codes").value];
    const pairs = d3.range(labels.length).map((i) => [shown[2 * i], shown[2 * i + 1]]);
    const extents = [0, 1].map((axis) => d3.extent(pairs, (pair) => pair[axis]));
    [x, y].forEach((scale, axis) => {
      const [low, high] = extents[axis], space = 0.04 * (high - low) || 1;
      scale.domain([low - space, high + space]);
    });
    axes.each(function draw(axis) { d3.select(this).call(axis); });
    classes.attr("d", (label) => dots(pairs.filter((_, i) => labels[i] === label).map(([a, b]) => [x(a), y(b)])));
    moveTo(code);
  }

  function moveTo(place) {
    code = [x, y].map((scale, axis) => clamp(place[axis], ...scale.domain()));
    drawImages();
  }

  function follow() {
    const box = svg.node().getBoundingClientRect();
    const at = [d3.event.clientX - box.left, d3.event.clientY - box.top].map((value) => value * width / box.width);
    moveTo([x.invert(at[0]), y.invert(at[1])]);
  }

  let isMoving = false;
  svg.on("pointerdown", () => { isMoving = true; follow(); })
    .on("keydown", () => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[d3.event.key];
      if (!step) return;
      d3.event.preventDefault();
      moveTo([x, y].map((scale, axis) => code[axis] + step[axis] * (scale.domain()[1] - scale.domain()[0]) / 60));
    });
  d3.select(window)
    .on("pointermove.latent", () => { if (isMoving) follow(); })
    .on("pointerup.latent pointercancel.latent", () => { isMoving = false; });
  d3.select("#latent-codes").on("change", drawPlane);
  drawPlane();
});
