// Scores with ONNX Runtime what tests ask for: one JSON request per line in, one JSON answer per line out. Tensors travel as base64.
// Usage: node score.mjs <folder that holds node_modules/onnxruntime-node>
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import path from 'node:path';

const require = createRequire(path.join(process.argv[2], 'package.json'));
const ort = require('onnxruntime-node');

const arrays = { float32: Float32Array, float64: Float64Array };

// Numbers as base64, text as an array.
function tensor({ type, dims, data }) {
  return new ort.Tensor(type, type === 'string' ? data : new arrays[type](new Uint8Array(Buffer.from(data, 'base64')).buffer), dims);
}

async function score(request) {
  const session = await ort.InferenceSession.create(request.model, { intraOpNumThreads: request.threads });
  const feeds = Object.fromEntries(request.inputs.map(input => [input.name, tensor(input)]));
  const results = await session.run(feeds);
  const seconds = [];
  for (let i = 0; i < request.repeats; i++) {
    const start = process.hrtime.bigint();
    await session.run(feeds);
    seconds.push(Number(process.hrtime.bigint() - start) / 1e9);
  }
  const outputs = {};
  for (const [name, tensor] of Object.entries(results))
    outputs[name] = { type: tensor.type, dims: tensor.dims, data: Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength).toString('base64') };
  await session.release();
  return { outputs, seconds };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try { answer = await score(JSON.parse(line)); } catch (error) { answer = { error: String(error.message) }; }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
