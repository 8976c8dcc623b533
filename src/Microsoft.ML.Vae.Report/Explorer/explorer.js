'use strict';
// The page: what is pointed at is decoded, two clicks are joined.
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const { Segments, decode, raw, refine, certified, nearest, centre, resample } = latentPlane(data);
  const Steps = 12, Snap = 9;
  const colours = { geodesic: 'l1', straight: 'l0' };

  // The map.
  const plane = document.getElementById('plane'), svg = plane.querySelector('svg'), [left, top, width, height] = plane.dataset.plot.split(' ').map(Number);
  const place = z => [left + width * (z[0] - data.low[0]) / (data.high[0] - data.low[0]), top + height * (1 - (z[1] - data.low[1]) / (data.high[1] - data.low[1]))];
  const draw = (name, attributes, text) => { const e = document.createElementNS('http://www.w3.org/2000/svg', name); for (const key in attributes) e.setAttribute(key, attributes[key]); if (text) e.textContent = text; return e; };
  const layer = draw('g', { 'aria-hidden': 'true' });
  svg.append(layer);
  const trace = points => 'M' + points.map(z => place(z).map(v => v.toFixed(1)).join(' ')).join('L');
  const number = v => !Number.isFinite(v) ? '—' : Math.abs(v) >= 1e5 || (v && Math.abs(v) < 1e-3) ? v.toExponential(2) : String(Number(v.toPrecision(4)));
  const element = (name, text, attributes = {}) => { const e = document.createElement(name); e.textContent = text; for (const key in attributes) e.setAttribute(key, attributes[key]); return e; };
  let point = data.low.map((l, i) => (l + data.high[i]) / 2), clicked = [], shown = null;
  const paint = () => {
    layer.replaceChildren();
    if (shown) {
      layer.append(draw('path', { class: `line dashed ${colours.straight}`, d: trace([shown.points[0], shown.points.at(-1)]) }), draw('path', { class: `line ${colours.geodesic}`, d: trace(shown.points) }));
      for (const end of [shown.points[0], shown.points.at(-1)]) layer.append(draw('circle', { class: 'marker', cx: place(end)[0], cy: place(end)[1], r: 5 }));
    }
    for (let i = 0; 2 * i < data.centres.length; i++) {
      const [x, y] = place(centre(i));
      layer.append(draw('circle', { class: 'centre', cx: x, cy: y, r: 7 }), draw('text', { class: 'number', x, y: y + 3.2, 'text-anchor': 'middle' }, String(i + 1)));
    }
    for (const z of clicked) layer.append(draw('circle', { class: 'marker', cx: place(z)[0], cy: place(z)[1], r: 5 }));
    const [x, y] = place(point);
    layer.append(draw('path', { class: 'marker', d: `M${x - 8} ${y}h5m6 0h5M${x} ${y - 8}v5m0 6v5` }));
  };

  // What is decoded. An image is without the flags that may stand behind its pixels.
  const pixelsOf = scaled => raw(scaled).slice(0, data.inputs);
  const picture = (values, columns) => {
    const canvas = element('canvas', '', { width: columns, height: values.length / columns }), context = canvas.getContext('2d'), pixels = context.createImageData(columns, values.length / columns);
    values.forEach((v, i) => pixels.data.set([1, 1, 1].map(() => 255 * Math.min(1, Math.max(0, v))).concat(255), 4 * i));
    context.putImageData(pixels, 0, 0);
    return canvas;
  };
  const category = (column, values) => {
    const part = values.slice(column.first, column.first + column.length), best = part.indexOf(Math.max(...part)), name = data.features[column.first + best];
    return `${name.startsWith(column.name + '.') ? name.slice(column.name.length + 1) : name} ${Math.round(100 * part[best])} %`;
  };
  const bar = value => {
    const share = Math.max(-1, Math.min(1, value / 3)), chart = draw('svg', { class: 'figure', viewBox: '-50 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
    chart.append(draw('rect', { class: share < 0 ? 'f0' : 'f1', x: Math.min(0, 50 * share), y: 1, width: Math.abs(50 * share), height: 4 }), draw('path', { class: 'axis', d: 'M0 0V6' }));
    return chart;
  };
  const decodePoint = () => {
    const scaled = decode(point), values = raw(scaled), profile = document.getElementById('profile');
    document.getElementById('point').textContent = `z${data.latents[0]} = ${number(point[0])}, z${data.latents[1]} = ${number(point[1])}`;
    if (data.imageColumns) {
      const canvas = picture(pixelsOf(scaled), data.imageColumns);
      canvas.setAttribute('role', 'img');
      canvas.setAttribute('aria-label', 'decoded image');
      profile.replaceChildren(canvas);
      return;
    }
    const table = element('table', ''), body = element('tbody', ''), head = element('tr', '');
    head.append(element('th', 'column', { scope: 'col' }), element('th', 'expected', { scope: 'col', class: 'n' }), element('th', 'in training deviations, −3 to 3', { scope: 'col' }));
    table.append(element('caption', 'What the decoder expects at this point'), element('thead', ''), body);
    table.tHead.append(head);
    for (const column of data.columns) {
      const row = element('tr', ''), cell = element('td', '');
      row.append(element('th', column.name, { scope: 'row' }), element('td', column.isCategory ? category(column, values) : number(values[column.first]), { class: 'n' }), cell);
      if (!column.isCategory) cell.append(bar(scaled[column.first]));
      body.append(row);
    }
    profile.setAttribute('tabindex', '0');
    profile.setAttribute('role', 'region');
    profile.setAttribute('aria-label', 'decoded columns');
    profile.replaceChildren(table);
  };
  const moveTo = z => {
    point = z.map((v, i) => Math.min(data.high[i], Math.max(data.low[i], v)));
    ['first', 'second'].forEach((id, i) => { document.getElementById(id).value = point[i]; });
    decodePoint();
    paint();
  };

  // Strips: images side by side; of a table a row for each feature, from blue (low) to orange (high).
  const strip = (title, points) => {
    const figure = element('div', ''), path = resample(points), decoded = Array.from({ length: Steps }, (_, k) => decode(path[Math.round(k * Segments / (Steps - 1))]));
    let canvas;
    if (data.imageColumns) {
      const side = data.imageColumns, values = new Float64Array(data.inputs * Steps);
      decoded.forEach((d, k) => pixelsOf(d).forEach((v, i) => { values[Math.floor(i / side) * side * Steps + k * side + i % side] = v; }));
      canvas = picture(values, side * Steps);
    } else {
      const features = decoded[0].length;
      canvas = element('canvas', '', { width: Steps, height: features });
      const context = canvas.getContext('2d'), pixels = context.createImageData(Steps, features);
      decoded.forEach((d, k) => d.forEach((v, i) => {
        const t = Math.max(-1, Math.min(1, v / 3)), end = t < 0 ? [8, 81, 156] : [166, 54, 3];
        pixels.data.set(end.map(c => 244 + Math.abs(t) * (c - 244)).concat(255), 4 * (i * Steps + k));
      }));
      context.putImageData(pixels, 0, 0);
      canvas.style.height = `${Math.min(480, Math.max(80, 14 * features))}px`;
    }
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', `${title}: decoded at ${Steps} points`);
    const ends = [decoded[0], decoded.at(-1)].map(raw);
    const most = data.columns.filter(c => !c.isCategory).sort((a, b) => Math.abs(decoded.at(-1)[b.first] - decoded[0][b.first]) - Math.abs(decoded.at(-1)[a.first] - decoded[0][a.first])).slice(0, 4);
    figure.append(element('h3', title), canvas);
    if (!data.imageColumns) figure.append(element('p', `A line per feature, in their order, from start to end; blue: low, orange: high. Most change: ${most.map(c => `${c.name} ${number(ends[0][c.first])} → ${number(ends[1][c.first])}`).join(', ')}.`));
    return figure;
  };
  const show = (curve, status) => {
    shown = curve;
    document.getElementById('status').textContent = status;
    document.getElementById('strips').replaceChildren(strip('Geodesic', curve.points), strip('Straight line', [curve.points[0], curve.points.at(-1)]));
    paint();
  };
  const connectCentres = (a, b) => {
    const found = certified(a, b);
    if (!found) return;
    const verdict = found.converged ? `certified, estimated relative error ${found.error.toExponential(1)}` : `not certified: ${found.reason}`;
    show(found, `Centre ${a + 1} to centre ${b + 1}: geodesic ${number(found.length)}, straight line ${number(found.straight)} (${verdict}).`);
  };
  const connect = (a, b) => {
    const curve = refine(a, b);
    show(curve, `Geodesic ${number(curve.length)}, straight line ${number(curve.straight)} (approximate: ${Segments} chords, refined in the page by ${curve.rounds} steps).`);
  };

  const at = event => {
    const box = svg.getBoundingClientRect(), view = svg.viewBox.baseVal, x = (event.clientX - box.left) * view.width / box.width, y = (event.clientY - box.top) * view.height / box.height;
    if (x < left || x > left + width || y < top || y > top + height) return null;
    return [data.low[0] + (x - left) / width * (data.high[0] - data.low[0]), data.high[1] - (y - top) / height * (data.high[1] - data.low[1])];
  };
  const snapped = z => { const i = nearest(z); return i >= 0 && Math.hypot(place(centre(i))[0] - place(z)[0], place(centre(i))[1] - place(z)[1]) < Snap ? i : -1; };
  svg.addEventListener('pointermove', event => { const z = at(event); if (z) moveTo(z); });
  svg.addEventListener('click', event => {
    const z = at(event);
    if (!z) return;
    clicked.push(z);
    moveTo(z);
    if (clicked.length < 2) { document.getElementById('status').textContent = 'Click a second point.'; return; }
    const [a, b] = clicked, [i, j] = clicked.map(snapped);
    clicked = [];
    if (i >= 0 && j >= 0 && i !== j) connectCentres(i, j); else connect(a, b);
  });
  ['first', 'second'].forEach((id, i) => document.getElementById(id).addEventListener('input', event => moveTo(point.map((v, k) => k === i ? Number(event.target.value) : v))));
  const ends = ['from', 'to'].map(id => document.getElementById(id));
  ends.forEach(select => select.addEventListener('change', () => { const [a, b] = ends.map(s => s.value); if (a !== '' && b !== '' && a !== b) connectCentres(Number(a), Number(b)); }));
  moveTo(point);
})();
