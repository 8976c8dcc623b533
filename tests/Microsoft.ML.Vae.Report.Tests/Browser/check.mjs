// Opens a page in headless Chromium and prints what is wrong with it, as JSON: errors, requests, serious findings of axe, parts wider than the screen.
// Usage: node check.mjs <page.html> <folder that holds node_modules> [folder for screenshots]
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [file, modules, pictures] = process.argv.slice(2).map(p => path.resolve(p));
const { chromium } = createRequire(path.join(modules, 'package.json'))('playwright-core');
const axe = await readFile(path.join(modules, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
const profile = await mkdtemp(path.join(os.tmpdir(), 'report-'));
// The page's own policy would keep axe out.
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, bypassCSP: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const found = { errors: [], requests: [], violations: [], overflow: [], milliseconds: 0 };
try {
  for (const width of [400, 1400])
    for (const colorScheme of ['light', 'dark']) {
      const page = await browser.newPage();
      page.on('pageerror', error => found.errors.push(error.message));
      page.on('console', message => message.type() === 'error' && found.errors.push(message.text()));
      page.on('request', request => !/^(file|data|blob):/.test(request.url()) && found.requests.push(request.url()));
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
      found.milliseconds = await page.evaluate(() => Math.round(performance.getEntriesByType('navigation')[0].loadEventEnd));
      if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) found.overflow.push(`${width} ${colorScheme}`);
      await page.evaluate(axe);
      const result = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
      for (const v of result.violations)
        if (v.impact === 'serious' || v.impact === 'critical') found.violations.push(`${width} ${colorScheme}: ${v.id}, ${v.help}: ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')}`);
      if (pictures) await page.screenshot({ path: path.join(pictures, `${path.basename(file, '.html')}-${width}-${colorScheme}.png`), fullPage: true });
      await page.close();
    }
  console.log(JSON.stringify(found));
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}
