// Drives an explorer in headless Chromium, and prints what it decodes and draws as JSON.
// Usage: node explorer.mjs <page.html> <folder that holds node_modules> <JSON array of latent points>
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [file, modules] = process.argv.slice(2, 4).map(p => path.resolve(p)), points = JSON.parse(process.argv[4]);
const { chromium } = createRequire(path.join(modules, 'package.json'))('playwright-core');
const profile = await mkdtemp(path.join(os.tmpdir(), 'explorer-'));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, viewport: { width: 1180, height: 900 },
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const page = await browser.newPage(), errors = [];
  page.on('pageerror', error => errors.push(error.message));
  page.on('console', message => message.type() === 'error' && errors.push(message.text()));
  page.on('request', request => !/^(file|data|blob):/.test(request.url()) && errors.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  const decoded = await page.evaluate(points => {
    const plane = latentPlane(JSON.parse(document.getElementById('data').textContent));
    return points.map(z => Array.from(plane.decode(z)));
  }, points);
  const refined = await page.evaluate(([a, b]) => {
    const curve = latentPlane(JSON.parse(document.getElementById('data').textContent)).refine(a, b);
    return { length: curve.length, straight: curve.straight };
  }, points);

  // Hovering decodes; two clicks draw a curve; two centres draw a certified one.
  const svg = await page.locator('#plane svg').boundingBox(), said = {};
  const before = await page.textContent('#point');
  await page.mouse.move(svg.x + svg.width * 0.4, svg.y + svg.height * 0.5);
  said.moved = before !== await page.textContent('#point');
  said.decoded = await page.locator('#profile tbody tr, #profile canvas').count();
  said.image = await page.evaluate(() => (c => c && [c.width, c.height])(document.querySelector('#profile canvas')));
  await page.mouse.click(svg.x + svg.width * 0.3, svg.y + svg.height * 0.35);
  await page.mouse.click(svg.x + svg.width * 0.6, svg.y + svg.height * 0.63);
  said.clicked = await page.textContent('#status');
  said.strips = await page.locator('#strips canvas').count();
  said.strip = await page.evaluate(() => (c => [c.width, c.height])(document.querySelector('#strips canvas')));
  await page.selectOption('#from', '0');
  await page.selectOption('#to', '1');
  said.centres = await page.textContent('#status');
  if (process.argv[5]) await page.screenshot({ path: process.argv[5], fullPage: true });
  console.log(JSON.stringify({ errors, decoded, refined, said }));
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}
