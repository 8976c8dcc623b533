// Reasons as pictures: what each column adds to the score, in nats; together they are the score.
const ns = 'http://www.w3.org/2000/svg';

function element(name, attributes, text) {
  const node = document.createElementNS(ns, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

export const number = v => Number.isNaN(v) ? 'missing' : Math.abs(v) >= 1e5 || (v !== 0 && Math.abs(v) < 1e-3) ? v.toExponential(2) : String(Number(v.toPrecision(4)));

// Largest first: one reason per source column, and one for an unusual place on the manifold.
export function reasons(row, columns) {
  const each = columns.map(column => ({ name: column.name, nats: sum(row.features, column), detail: `${found(row.observed, column)}, expected ${expected(row.expected, column)}`, kind: 'feature' }));
  return [...each, { name: 'rare combination', nats: row.latent, detail: 'consistent, but unusual', kind: 'latent' }].sort((a, b) => b.nats - a.nats);
}

const part = (values, column) => Array.from(values.subarray(column.first, column.first + column.values.length));

const sum = (values, column) => part(values, column).reduce((a, b) => a + b, 0);

// A category's features are called "column.value".
const value = (column, i) => column.values[i].startsWith(`${column.name}.`) ? column.values[i].slice(column.name.length + 1) : column.values[i];

const flag = probability => probability < 0.5 ? 'present' : 'missing';

function found(observed, column) {
  const values = part(observed, column), hot = values.indexOf(1);
  return column.isFlag ? flag(values[0]) : values.length === 1 ? number(values[0]) : values.some(Number.isNaN) ? 'missing' : hot < 0 ? 'unseen' : value(column, hot);
}

function expected(means, column) {
  const values = part(means, column);
  return column.isFlag ? flag(values[0]) : values.length === 1 ? number(values[0]) : value(column, values.indexOf(Math.max(...values)));
}

// A thin stacked bar: length by the score's logarithm, one segment per reason, the first one named.
export function miniature(row, columns, largestScore) {
  const list = reasons(row, columns), width = 120 * Math.log1p(row.score) / Math.log1p(largestScore);
  const svg = element('svg', { viewBox: '0 0 260 14', class: 'miniature', role: 'img', 'aria-label': `mostly ${list[0].name}` });
  svg.append(element('text', { x: 128, y: 11, class: 'quiet' }, list[0].name));
  let x = 0;
  for (const [i, reason] of list.entries()) {
    const length = width * reason.nats / row.score;
    svg.append(element('rect', { x, y: 2, width: Math.max(0, length - 0.6), height: 10, class: reason.kind, opacity: Math.max(0.25, 1 - 0.22 * i) }));
    x += length;
  }
  return svg;
}

// The whole account of one row.
export function account(row, columns) {
  const list = reasons(row, columns), line = 46, label = 12;
  const svg = element('svg', { viewBox: `0 0 420 ${list.length * line}`, role: 'img', 'aria-label': list.map(r => `${r.name} ${r.nats.toFixed(2)} nats`).join(', ') });
  for (const [i, reason] of list.entries()) {
    const y = i * line;
    svg.append(
      element('text', { x: 0, y: y + label }, reason.name),
      element('text', { x: 420, y: y + label, 'text-anchor': 'end', class: 'quiet' }, reason.detail),
      element('rect', { x: 0, y: y + 18, width: Math.max(1, 300 * reason.nats / list[0].nats), height: 14, rx: 2, class: reason.kind }),
      element('text', { x: 420, y: y + 30, 'text-anchor': 'end', class: 'quiet' }, `${number(reason.nats)} nats (${Math.round(100 * reason.nats / row.score)} %)`));
  }
  return svg;
}
