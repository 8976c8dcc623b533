// Scores with ONNX Runtime what tests ask for: one JSON request per line in, one JSON answer per line out. Tensors travel as base64.
// Usage: node score.mjs <folder that holds node_modules/onnxruntime-node>
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import path from 'node:path';

const require = createRequire(path.join(process.argv[2], 'package.json'));
const ort = require('onnxruntime-node');

const bytes = text => new Uint8Array(Buffer.from(text, 'base64'));

async function score(request) {
  const session = await ort.InferenceSession.create(request.model, { logSeverityLevel: 3, intraOpNumThreads: request.threads });
  const feeds = { features: new ort.Tensor('float32', new Float32Array(bytes(request.features).buffer), [request.rows, request.columns]) };
  if (request.falseAlarmRate) feeds.false_alarm_rate = new ort.Tensor('float64', new Float64Array(bytes(request.falseAlarmRate).buffer), [1]);
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
