'use strict';
// The decoder of a plane, and geodesics in it, from the page's data.
const latentPlane = data => {
  const Segments = 24, MostRounds = 30;

  // Sixteen-bit floats: sign, five bits of exponent, ten of fraction.
  const halves = text => {
    const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0)), values = new Float64Array(bytes.length / 2);
    for (let i = 0; i < values.length; i++) {
      const bits = bytes[2 * i] | (bytes[2 * i + 1] << 8), exponent = (bits >> 10) & 31, fraction = bits & 1023;
      values[i] = (bits & 32768 ? -1 : 1) * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * fraction / 1024);
    }
    return values;
  };

  const sigmoid = x => x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
  // Numerical Recipes' rational form of erfc, to a part in ten million.
  const erfc = x => {
    const z = Math.abs(x), t = 1 / (1 + z / 2);
    const r = t * Math.exp(-z * z - 1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806 + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277)))))))));
    return x >= 0 ? r : 2 - r;
  };
  const functions = {
    linear: x => x, tanh: Math.tanh, relu: x => Math.max(x, 0), sigmoid, softplus: x => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    elu: x => x > 0 ? x : Math.expm1(x), silu: x => x * sigmoid(x), gelu: x => x * erfc(-x / Math.SQRT2) / 2,
  };
  const softmax = (x, lengths) => {
    for (let b = 0, first = 0; b < lengths.length; first += lengths[b++]) {
      const part = x.subarray(first, first + lengths[b]), top = Math.max(...part);
      let sum = 0;
      for (let i = 0; i < part.length; i++) sum += part[i] = Math.exp(part[i] - top);
      for (let i = 0; i < part.length; i++) part[i] /= sum;
    }
    return x;
  };
  const compile = layer => {
    if (layer.kind === 'dense') {
      const weight = halves(layer.weight), bias = halves(layer.bias);
      return x => {
        const y = new Float64Array(layer.outputs), n = x.length;
        for (let o = 0; o < y.length; o++) {
          let sum = bias[o];
          for (let i = 0, w = o * n; i < n; i++) sum += weight[w + i] * x[i];
          y[o] = sum;
        }
        return y;
      };
    }
    if (layer.kind === 'softmax') return x => softmax(x, layer.lengths);
    if (layer.kind === 'branches') {
      const parts = layer.branches.map(b => ({ length: b.length, run: compile(b.layer) }));
      return x => {
        let first = 0;
        for (const part of parts) {
          x.set(part.run(x.subarray(first, first + part.length)), first);
          first += part.length;
        }
        return x;
      };
    }
    const f = functions[layer.kind];
    return x => x.map(f);
  };
  const layers = data.layers.map(compile);
  const decode = z => layers.reduce((x, layer) => layer(x), Float64Array.from(z));
  const raw = scaled => scaled.map((v, i) => v / data.factors[i] + data.offsets[i]);

  // Lengths are those of decoded rows, times a factor λ = 1/√(Σ w e^(−g‖z − c‖²) + floor) that is 1 on the codes and grows away from them.
  const factor = z => {
    const { centres, decay, weights, floor } = data.factor, slope = [0, 0];
    let precision = floor;
    for (let k = 0; k < decay.length; k++) {
      const x = z[0] - centres[2 * k], y = z[1] - centres[2 * k + 1], part = weights[k] * Math.exp(-decay[k] * (x * x + y * y));
      precision += part;
      slope[0] += decay[k] * part * x;
      slope[1] += decay[k] * part * y;
    }
    return { value: precision ** -0.5, slope: slope.map(v => v * precision ** -1.5) };
  };

  // The geodesic's energy on chords, lowered by Gauss and Newton with damping; the normal equations are tridiagonal in blocks of two.
  const distance = (a, b) => { let sum = 0; for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2; return sum; };
  const middle = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  const measure = path => {
    const images = path.map(decode), factors = path.map((z, i) => i ? factor(middle(path[i - 1], z)) : null);
    let energy = 0, length = 0;
    for (let i = 1; i < images.length; i++) { const d = distance(images[i - 1], images[i]), f = factors[i].value; energy += f * f * d; length += f * Math.sqrt(d); }
    return { path, images, factors, energy, length };
  };
  const jacobian = (z, image) => [0, 1].map(j => {
    const h = 1e-5 * (data.high[j] - data.low[j]), there = decode(z.map((v, k) => k === j ? v + h : v));
    return there.map((v, i) => (v - image[i]) / h);
  });
  const dot = (a, b) => { let sum = 0; for (let i = 0; i < a.length; i++) sum += a[i] * b[i]; return sum; };
  const solve2 = (m, v) => { const d = m[0] * m[3] - m[1] * m[2]; return [(m[3] * v[0] - m[1] * v[1]) / d, (m[0] * v[1] - m[2] * v[0]) / d]; };
  const step = (state, damping) => {
    const { path, images, factors } = state, n = path.length - 1, J = path.map((z, i) => i && i < n ? jacobian(z, images[i]) : null);
    const diagonal = Array.from({ length: n - 1 }, () => [0, 0, 0, 0]), off = [], right = Array.from({ length: n - 1 }, () => [0, 0]);
    // Derivatives of a weighted chord by one of its ends: of the image there, and of the factor in its middle.
    const by = (i, end) => J[end] && J[end].map((column, j) => column.map((v, k) => (end === i ? 1 : -1) * factors[i].value * v + factors[i].slope[j] / 2 * (images[i][k] - images[i - 1][k])));
    for (let i = 1; i <= n; i++) {
      const chord = images[i].map((v, k) => factors[i].value * (v - images[i - 1][k])), sides = [by(i, i - 1), by(i, i)];
      sides.forEach((A, side) => {
        if (!A) return;
        const d = diagonal[i - 2 + side], r = right[i - 2 + side], cross = dot(A[0], A[1]);
        [d[0], d[1], d[2], d[3]] = [d[0] + dot(A[0], A[0]), d[1] + cross, d[2] + cross, d[3] + dot(A[1], A[1])];
        [r[0], r[1]] = [r[0] - dot(A[0], chord), r[1] - dot(A[1], chord)];
      });
      if (sides[0] && sides[1]) off.push([dot(sides[0][0], sides[1][0]), dot(sides[0][0], sides[1][1]), dot(sides[0][1], sides[1][0]), dot(sides[0][1], sides[1][1])]);
    }
    for (const d of diagonal) { const added = damping * (d[0] + d[3]) / 2 + 1e-12; d[0] += added; d[3] += added; }
    for (let i = 1; i < diagonal.length; i++) {
      const u = off[i - 1], d = diagonal[i], left = solve2(diagonal[i - 1], [u[0], u[2]]), next = solve2(diagonal[i - 1], [u[1], u[3]]), r = solve2(diagonal[i - 1], right[i - 1]);
      diagonal[i] = [d[0] - (u[0] * left[0] + u[2] * left[1]), d[1] - (u[0] * next[0] + u[2] * next[1]), d[2] - (u[1] * left[0] + u[3] * left[1]), d[3] - (u[1] * next[0] + u[3] * next[1])];
      right[i] = [right[i][0] - (u[0] * r[0] + u[2] * r[1]), right[i][1] - (u[1] * r[0] + u[3] * r[1])];
    }
    const moves = [];
    for (let i = diagonal.length - 1; i >= 0; i--) {
      const u = off[i], after = moves[0];
      moves.unshift(solve2(diagonal[i], u && after ? [right[i][0] - u[0] * after[0] - u[1] * after[1], right[i][1] - u[2] * after[0] - u[3] * after[1]] : right[i]));
    }
    return path.map((z, i) => i && i < n ? [z[0] + moves[i - 1][0], z[1] + moves[i - 1][1]] : z);
  };
  const resample = points => {
    const lengths = [0];
    for (let i = 1; i < points.length; i++) lengths.push(lengths[i - 1] + Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]));
    const total = lengths.at(-1) || 1;
    return Array.from({ length: Segments + 1 }, (_, k) => {
      const at = total * k / Segments, i = Math.min(points.length - 2, Math.max(0, lengths.findIndex(l => l >= at) - 1)), span = lengths[i + 1] - lengths[i] || 1, t = Math.min(1, (at - lengths[i]) / span);
      return [points[i][0] + t * (points[i + 1][0] - points[i][0]), points[i][1] + t * (points[i + 1][1] - points[i][1])];
    });
  };
  const centre = i => [data.centres[2 * i], data.centres[2 * i + 1]];
  const nearest = z => { let best = -1, least = Infinity; for (let i = 0; 2 * i < data.centres.length; i++) { const d = Math.hypot(centre(i)[0] - z[0], centre(i)[1] - z[1]); if (d < least) [best, least] = [i, d]; } return best; };
  const certified = (a, b) => {
    const found = data.geodesics.find(g => (g.from === a && g.to === b) || (g.from === b && g.to === a));
    if (!found) return null;
    const points = found.x.map((x, i) => [x, found.y[i]]);
    return { ...found, points: found.from === a ? points : points.reverse() };
  };
  const straight = (a, b) => resample([a, b]);
  const refine = (a, b) => {
    const line = measure(straight(a, b)), way = certified(nearest(a), nearest(b)), guided = way && measure(resample([a, ...way.points, b]));
    let state = guided && guided.energy < line.energy ? guided : line, damping = 0.1, rounds = 0;
    for (; rounds < MostRounds; rounds++) {
      const next = measure(step(state, damping));
      if (!(next.energy < state.energy)) { damping *= 8; if (damping > 1e6) break; continue; }
      const gain = 1 - next.energy / state.energy;
      [state, damping] = [next, damping / 4];
      if (gain < 1e-5) break;
    }
    return { points: state.path, length: state.length, straight: line.length, rounds };
  };
  return { Segments, decode, raw, refine, certified, nearest, centre, resample, straight };
};
