// Serves this folder on the local machine. Usage: node serve.mjs [folder of detector.onnx and readings.csv] [folder that holds node_modules]
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const types = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm', '.csv': 'text/csv' };

export function serve(port, data = here, modules = here) {
  const roots = [here, data];
  const server = createServer(async (request, response) => {
    const name = path.posix.normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
    const candidates = name.startsWith('/node_modules/') ? [path.join(modules, name)] : roots.map(root => path.join(root, name === '/' ? 'index.html' : name));
    for (const file of candidates) {
      const content = await readFile(file).catch(() => null);
      if (content === null) continue;
      response.writeHead(200, { 'content-type': types[path.extname(file)] ?? 'application/octet-stream' }).end(content);
      return;
    }
    response.writeHead(404).end();
  });
  return new Promise(resolve => server.listen(port, '127.0.0.1', () => resolve(server)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await serve(8080, process.argv[2], process.argv[3]);
  console.log(`http://127.0.0.1:${server.address().port}`);
}
