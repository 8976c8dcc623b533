import * as ort from 'onnxruntime-web';
import { metadata } from './metadata.js';

// Threads would need cross-origin isolation; one is fast enough for a table.
ort.env.wasm.numThreads = 1;

// Rows per call: bounds memory, whatever the file's size.
const chunkRows = 1024;

// Ends the name of a flag, which tells whether its column has a gap.
const gap = ' missing';

// A detector file: names and calibration from its metadata, scores from its graph.
export class Detector {
  static async load(buffer) {
    const bytes = new Uint8Array(buffer), about = metadata(bytes);
    if (!about.columns) throw new Error('This file was not exported by MLVae: it does not say which columns it needs.');
    return new Detector(await ort.InferenceSession.create(bytes), about);
  }

  constructor(session, about) {
    this.session = session;
    // A model that watches for gaps has flags behind its features, one for each column; the graph makes them of the rows.
    const names = JSON.parse(about.feature_names), inputs = session.inputMetadata[0].shape[1];
    this.featureNames = names.slice(0, inputs);
    // Source columns: a category has a feature per value.
    this.columns = JSON.parse(about.columns).map(({ Name, First, Length }) => ({
      name: First < inputs ? Name : Name.slice(0, -gap.length), first: First, values: names.slice(First, First + Length), isFlag: First >= inputs,
    }));
    this.watched = this.columns.filter(column => column.isFlag).map((_, k) => this.columns[k].first);
    this.calibrationRows = Number(about.calibration_rows);
    for (const output of ['score', 'p_value', 'feature_contributions', 'latent_contributions', 'reconstruction'])
      if (!session.outputNames.includes(output)) throw new Error(`The detector was exported without the output ${output}.`);
  }

  // The smallest rate that so many calibration rows can promise.
  get smallestRate() { return 1 / (this.calibrationRows + 1); }

  // A row with its flags.
  flagged(row) { return Float32Array.from([...row, ...this.watched.map(feature => Number.isNaN(row[feature]) ? 1 : 0)]); }

  // One object per row of the row-major features.
  async score(features) {
    const columns = this.featureNames.length, scored = [];
    for (let from = 0; from < features.length; from += chunkRows * columns) {
      const part = features.subarray(from, from + chunkRows * columns);
      const results = await this.session.run({ features: new ort.Tensor('float32', part, [part.length / columns, columns]) });
      for (let r = 0; r < part.length / columns; r++) {
        const row = name => results[name].data.subarray(r * results[name].dims[1], (r + 1) * results[name].dims[1]);
        scored.push({
          score: results.score.data[r], pValue: results.p_value.data[r], observed: this.flagged(part.subarray(r * columns, (r + 1) * columns)), expected: row('reconstruction'),
          features: row('feature_contributions'), latent: row('latent_contributions').reduce((a, b) => a + b, 0),
        });
      }
    }
    return scored;
  }
}
