import { Detector } from './detector.js';
import { features, parseCsv } from './csv.js';
import { account, miniature, number } from './reasons.js';

const shownRows = 200;
const at = id => document.getElementById(id);
let detector, table, scored = [], selected = 0;

const largestRate = 0.25;
// The slider is logarithmic, from the smallest rate that the calibration can promise.
const rate = () => detector.smallestRate * (largestRate / detector.smallestRate) ** Number(at('rate').value);
const sliderAt = r => Math.log(r / detector.smallestRate) / Math.log(largestRate / detector.smallestRate);

// p ≤ rate, compared as whole numbers of calibration rows, as the detector itself compares.
function isAlarm(row) {
  const rows = detector.calibrationRows + 1;
  return Math.round(row.pValue * rows) <= Math.floor(rate() * rows + 1e-9);
}

async function score() {
  if (!detector || !table) return;
  const results = await detector.score(features(table, detector.featureNames));
  scored = results.map((row, index) => ({ ...row, index })).sort((a, b) => (Number.isNaN(a.score) - Number.isNaN(b.score)) || b.score - a.score);
  selected = 0;
  show();
}

function show() {
  const undefinedRows = scored.filter(row => Number.isNaN(row.score)).length, alarms = scored.filter(isAlarm).length;
  at('rate-text').textContent = `${number(100 * rate())} % of normal rows`;
  at('summary').className = '';
  at('summary').textContent = `${alarms} of ${scored.length} rows are flagged; were all of them normal, about ${Math.round(rate() * scored.length)} would be.`
    + (undefinedRows > 0 ? ` ${undefinedRows} rows have missing values and no score.` : '') + (scored.length > shownRows ? ` The first ${shownRows} are shown.` : '');
  at('ranking').replaceChildren(...scored.slice(0, shownRows).map(rankingRow));
  showReasons();
}

function rankingRow(row, rank) {
  const tr = document.createElement('tr');
  const cells = [rank + 1, rowName(row), Number.isNaN(row.score) ? '–' : number(row.score), Number.isNaN(row.pValue) ? '–' : row.pValue.toFixed(4), ''];
  tr.append(...cells.map((text, i) => Object.assign(document.createElement('td'), { textContent: text, className: i === 2 || i === 3 ? 'number' : '' })));
  if (!Number.isNaN(row.score)) tr.lastChild.append(miniature(row, detector.columns, scored[0].score));
  tr.classList.toggle('alarm', isAlarm(row));
  tr.tabIndex = 0;
  tr.setAttribute('aria-selected', rank === selected);
  const choose = () => { selected = rank; show(); at('ranking').children[rank].focus(); };
  tr.addEventListener('click', choose);
  tr.addEventListener('keydown', event => { if (event.key === 'Enter') choose(); });
  return tr;
}

function showReasons() {
  const row = scored[selected];
  at('reasons-title').textContent = `Why ${rowName(row)}?`;
  at('reasons').replaceChildren(Number.isNaN(row.score) ? 'A value is missing or no number: there is no score.' : account(row, detector.columns));
}

// The first column that is no feature names the row.
function rowName(row) {
  const column = table.names.findIndex(name => !detector.featureNames.includes(name));
  return column < 0 ? `row ${row.index + 1}` : table.rows[row.index][column];
}

async function useDetector(buffer) {
  detector = await Detector.load(buffer);
  at('rate').value = sliderAt(Math.max(0.01, detector.smallestRate));
}

async function attempt(action) {
  try { await action(); } catch (error) { at('summary').className = 'error'; at('summary').textContent = error.message; }
}

at('model').addEventListener('change', event => attempt(async () => { await useDetector(await event.target.files[0].arrayBuffer()); await score(); }));
at('rows').addEventListener('change', event => attempt(async () => { table = parseCsv(await event.target.files[0].text()); await score(); }));
at('rate').addEventListener('input', () => { if (scored.length > 0) show(); });

// What samples/OnnxExport wrote, if it lies beside this page.
await attempt(async () => {
  const [model, rows] = await Promise.all(['detector.onnx', 'readings.csv'].map(name => fetch(name)));
  if (!model.ok || !rows.ok) { at('summary').textContent = 'Choose a detector and a CSV file.'; return; }
  await useDetector(await model.arrayBuffer());
  table = parseCsv(await rows.text());
  await score();
});
