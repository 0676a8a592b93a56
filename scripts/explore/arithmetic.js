// The arithmetic of the networks, in float64. Weights are stored row by row, `[out, in]`.
"use strict";

// A 3 × 3 convolution of `values` [in, side, side] with zeros around them, then the maximum over
// 2 × 2 pixels if the layer pools, its scale and shift, and a rectifier.
function convolve(values, side, layer) {
  const { weights, scale, shift, pools } = layer;
  const [outs, ins] = weights.shape, padded = side + 2;
  const input = new Float64Array(ins * padded * padded);
  for (let c = 0; c < ins; c++) {
    for (let y = 0; y < side; y++) {
      const row = values.subarray((c * side + y) * side, (c * side + y + 1) * side);
      input.set(row, (c * padded + y + 1) * padded + 1);
    }
  }
  const half = pools ? side >> 1 : side;
  const result = new Float64Array(outs * half * half);
  const sum = new Float64Array(side * side);
  for (let o = 0; o < outs; o++) {
    sum.fill(0);
    for (let c = 0; c < ins; c++) {
      const w = weights.subarray((o * ins + c) * 9, (o * ins + c + 1) * 9);
      for (let y = 0; y < side; y++) {
        let a = (c * padded + y) * padded, b = a + padded, d = b + padded, at = y * side;
        for (const end = at + side; at < end; at++, a++, b++, d++) {
          sum[at] += w[0] * input[a] + w[1] * input[a + 1] + w[2] * input[a + 2]
            + w[3] * input[b] + w[4] * input[b + 1] + w[5] * input[b + 2]
            + w[6] * input[d] + w[7] * input[d + 1] + w[8] * input[d + 2];
        }
      }
    }
    for (let y = 0; y < half; y++) {
      for (let x = 0; x < half; x++) {
        const at = pools ? 2 * (y * side + x) : y * side + x;
        const value = pools
          ? Math.max(sum[at], sum[at + 1], sum[at + side], sum[at + side + 1]) : sum[at];
        result[(o * half + y) * half + x] = Math.max(0, scale[o] * value + shift[o]);
      }
    }
  }
  return { values: result, side: half };
}

// An image [side · side] without so many pixels at each side.
function withoutMargin(image, margin) {
  const side = Math.sqrt(image.length), inner = side - 2 * margin;
  const values = new Float64Array(inner * inner);
  for (let y = 0; y < inner; y++) {
    const start = (y + margin) * side + margin;
    values.set(image.subarray(start, start + inner), y * inner);
  }
  return { values, side: inner };
}

// Features and class probabilities of an image [28 · 28].
function classify(image, margin, convolutions, last) {
  let state = withoutMargin(image, margin);
  for (const layer of convolutions) state = convolve(state.values, state.side, layer);
  const area = state.side ** 2;
  const features = new Float64Array(state.values.length / area);
  for (let c = 0; c < features.length; c++) {
    features[c] = state.values.subarray(c * area, (c + 1) * area).reduce((a, b) => Math.max(a, b));
  }
  const logits = linear(features, last), largest = Math.max(...logits);
  const exponentials = Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = d3.sum(exponentials);
  return { features, probabilities: exponentials.map((value) => value / sum) };
}

function linear(values, { weights, biases }) {
  const ins = values.length, result = Float64Array.from(biases);
  for (let o = 0; o < result.length; o++) {
    for (let i = 0; i < ins; i++) result[o] += weights[o * ins + i] * values[i];
  }
  return result;
}

// The outputs of a perceptron; the activation follows every layer except the last.
function perceptron(values, layers, activation) {
  layers.forEach((layer, l) => {
    values = linear(values, layer);
    if (l < layers.length - 1) values = values.map(activation);
  });
  return values;
}

// The error function to 1.5e-7: Abramowitz & Stegun 1964, formula 7.1.26.
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const sum = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t
    + 0.254829592) * t;
  return Math.sign(x) * (1 - sum * Math.exp(-x * x));
}

const gelu = (x) => x * (1 + erf(x * Math.SQRT1_2)) / 2;

// Wilson's 95 % interval of a share.
function wilson(count, n) {
  const z = 1.959963984540054, share = count / n, whole = 1 + z * z / n;
  const middle = (share + z * z / (2 * n)) / whole;
  const half = z * Math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / whole;
  return [middle - half, middle + half];
}

// A ReLU network with one input and one output. All parameters are in one array, so that Adam is
// one loop; weights and biases of the layers are views of it.
class ReluNetwork {
  // He's normal weights from `random`, zero biases.
  constructor(width, depth, random) {
    const widths = [1, ...Array(depth).fill(width), 1];
    const size = d3.sum(d3.pairs(widths), ([ins, outs]) => (ins + 1) * outs);
    this.parameters = new Float64Array(size);
    this.gradient = new Float64Array(size);
    this.layers = [];
    let start = 0;
    for (const [ins, outs] of d3.pairs(widths)) {
      const middle = start + ins * outs, end = middle + outs;
      const layer = { ins, outs };
      for (const [name, flat] of [["", this.parameters], ["d", this.gradient]]) {
        layer[`${name}weights`] = flat.subarray(start, middle);
        layer[`${name}biases`] = flat.subarray(middle, end);
      }
      for (let i = 0; i < ins * outs; i++) layer.weights[i] = Math.sqrt(2 / ins) * random.normal();
      this.layers.push(layer);
      start = end;
    }
  }

  // The values of all layers at the points x, inputs first, each [width, N].
  forward(x) {
    const n = x.length, values = [x];
    this.layers.forEach(({ ins, outs, weights, biases }, l) => {
      const below = values[l], above = new Float64Array(outs * n);
      for (let o = 0; o < outs; o++) {
        for (let p = 0; p < n; p++) {
          let sum = biases[o];
          for (let i = 0; i < ins; i++) sum += weights[o * ins + i] * below[i * n + p];
          above[o * n + p] = l < this.layers.length - 1 && !(sum > 0) ? 0 : sum;
        }
      }
      values.push(above);
    });
    return values;
  }

  outputs(x) { return this.forward(x).pop(); }

  // The slope at the points x. It is exactly zero where a whole layer is off.
  slopes(x) {
    const n = x.length, values = this.forward(x);
    let slope = new Float64Array(n).fill(1);
    this.layers.forEach(({ ins, outs, weights }, l) => {
      const next = new Float64Array(outs * n);
      for (let o = 0; o < outs; o++) {
        for (let p = 0; p < n; p++) {
          if (l < this.layers.length - 1 && !(values[l + 1][o * n + p] > 0)) continue;
          for (let i = 0; i < ins; i++) next[o * n + p] += weights[o * ins + i] * slope[i * n + p];
        }
      }
      slope = next;
    });
    return slope;
  }

  // Without biases the network is linear on each side of zero: it is dead if its last hidden layer
  // is off at −1 and at 1.
  isBornDead() {
    return this.forward(Float64Array.of(-1, 1))[this.layers.length - 1].every((value) => value === 0);
  }

  // Fill `gradient` with that of the mean squared error at x and y, and return the error.
  differentiate(x, y) {
    const n = x.length, values = this.forward(x);
    let loss = 0;
    let gradient = values[this.layers.length].map((value, p) => {
      loss += (value - y[p]) ** 2 / n;
      return 2 * (value - y[p]) / n;
    });
    for (let l = this.layers.length - 1; l >= 0; l--) {
      const { ins, outs, weights, dweights, dbiases } = this.layers[l], below = values[l];
      const lower = new Float64Array(ins * n);
      for (let o = 0; o < outs; o++) {
        dbiases[o] = 0;
        for (let p = 0; p < n; p++) dbiases[o] += gradient[o * n + p];
        for (let i = 0; i < ins; i++) {
          let sum = 0;
          for (let p = 0; p < n; p++) {
            sum += gradient[o * n + p] * below[i * n + p];
            if (l > 0 && below[i * n + p] > 0) lower[i * n + p] += weights[o * ins + i] * gradient[o * n + p];
          }
          dweights[o * ins + i] = sum;
        }
      }
      gradient = lower;
    }
    return loss;
  }
}

// Adam (Kingma & Ba 2015). The learning rate rises over the first share `warmup` of the steps and
// falls to zero over the last share `decay`.
class Training {
  constructor(network, { learning_rate, steps, warmup, decay }) {
    Object.assign(this, { network, rate: learning_rate, steps, warmup, decay, step: 0 });
    this.first = new Float64Array(network.parameters.length);
    this.second = new Float64Array(network.parameters.length);
  }

  // Take one step on the points x and y, and return the loss before it.
  advance(x, y) {
    const { network, first, second, steps } = this;
    const loss = network.differentiate(x, y);
    const rise = (this.step + 1) / Math.max(1, this.warmup * steps);
    const fall = (steps - this.step) / Math.max(1, this.decay * steps);
    const rate = this.rate * Math.min(1, rise, fall);
    this.step += 1;
    const unbias1 = 1 - 0.9 ** this.step, unbias2 = 1 - 0.999 ** this.step;
    network.gradient.forEach((g, i) => {
      first[i] += 0.1 * (g - first[i]);
      second[i] += 0.001 * (g * g - second[i]);
      network.parameters[i] -= rate * (first[i] / unbias1) / (Math.sqrt(second[i] / unbias2) + 1e-8);
    });
    return loss;
  }
}
