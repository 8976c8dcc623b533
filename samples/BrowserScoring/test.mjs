// Drives the page in headless Chromium. Usage: node test.mjs <folder of detector.onnx and readings.csv> <folder that holds node_modules> [screenshot.png]
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { serve } from './serve.mjs';

const [data, modules, screenshot] = process.argv.slice(2).map(p => path.resolve(p));
const { chromium } = createRequire(path.join(modules, 'package.json'))('playwright-core');
const server = await serve(0, data, modules);
const profile = await mkdtemp(path.join(os.tmpdir(), 'browser-scoring-'));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, viewport: { width: 1180, height: 820 },
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const page = await browser.newPage(), errors = [];
  page.on('pageerror', error => errors.push(error.message));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForSelector('#ranking tr', { timeout: 60_000 });

  // The ranking is the managed scorer's, whose scores the CSV file carries.
  const lines = (await readFile(path.join(data, 'readings.csv'), 'utf8')).trim().split('\n').slice(1).map(line => line.split(','));
  const managed = lines.map(cells => ({ id: cells[0], score: Number(cells.at(-1)) })).sort((a, b) => b.score - a.score);
  const shown = await page.$$eval('#ranking tr', rows => rows.map(row => ({ id: row.cells[1].textContent, score: Number(row.cells[2].textContent), alarm: row.classList.contains('alarm') })));
  assert.equal(shown.length, Math.min(200, managed.length));
  for (const [i, row] of shown.slice(0, 20).entries()) {
    assert.equal(row.id, managed[i].id);
    assert.ok(Math.abs(row.score - managed[i].score) <= 1e-3 * managed[i].score, `${row.id}: ${row.score} here, ${managed[i].score} there`);
  }

  // Alarms come first in the ranking; the slider moves their number, and only up.
  const alarms = () => page.$$eval('#ranking tr.alarm', rows => rows.length);
  const set = value => page.$eval('#rate', (slider, v) => { slider.value = v; slider.dispatchEvent(new Event('input')); }, value);
  const initial = await alarms();
  assert.ok(initial > 0 && shown.slice(0, initial).every(row => row.alarm), `${initial} alarms`);
  const counts = [];
  for (const value of [0, 0.5, 1]) { await set(value); counts.push(await alarms()); }
  assert.ok(counts[0] <= counts[1] && counts[1] <= counts[2] && counts[0] < counts[2], counts.join(' '));
  await set(0.6);

  // Every row shows its reasons as a picture; a chosen row explains itself.
  assert.equal(await page.locator('#ranking tr svg').count(), shown.length);
  await page.locator('#ranking tr').nth(1).click();
  assert.equal(await page.textContent('#reasons-title'), `Why ${shown[1].id}?`);
  const nats = await page.$$eval('#reasons svg rect', bars => bars.map(bar => Number(bar.getAttribute('width'))));
  assert.ok(nats.length >= 2 && nats.every((v, i) => i === 0 || v <= nats[i - 1]), nats.join(' '));
  if (screenshot) await page.screenshot({ path: screenshot });

  // Missing values and wrong columns are said, not guessed; to a model that watches for gaps they are reasons.
  const names = (await readFile(path.join(data, 'readings.csv'), 'utf8')).split('\n')[0];
  const csv = text => ({ name: 'rows.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await page.setInputFiles('#rows', csv(`${names}\n${lines[0].join(',')}\n${lines[1].map((cell, i) => i === 1 ? '' : cell).join(',')}\n`));
  await page.waitForFunction(() => document.querySelectorAll('#ranking tr').length === 2);
  if (lines.some(cells => cells.includes(''))) {
    await page.locator('#ranking tr', { hasText: lines[1][0] }).click();
    assert.match(await page.textContent('#reasons'), /missing, expected present/);
  } else assert.match(await page.textContent('#summary'), /1 rows have missing values/);
  await page.setInputFiles('#rows', csv('a,b\n1,2\n'));
  await page.waitForSelector('#summary.error');
  assert.match(await page.textContent('#summary'), /lacks the columns/);
  assert.deepEqual(errors, []);
  console.log('ok');
} finally {
  await browser.close();
  server.close();
  await rm(profile, { recursive: true, force: true });
}
