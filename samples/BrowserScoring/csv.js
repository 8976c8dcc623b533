// A comma-separated table: first line names, quotes as usual ("a ""b"", c").
export function parseCsv(text) {
  const lines = text.split(/\r?\n/).filter(line => line.trim() !== '').map(parseLine);
  if (lines.length < 2) throw new Error('The CSV file has no rows below its header.');
  const [names, ...rows] = lines;
  rows.forEach((row, i) => {
    if (row.length !== names.length) throw new Error(`Line ${i + 2} of the CSV file has ${row.length} values, its header ${names.length}.`);
  });
  return { names, rows };
}

function parseLine(line) {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain.trim());
}

// The detector's features as one row-major array. What is missing or no number becomes NaN, and the detector says so.
export function features(table, names) {
  const columns = names.map(name => table.names.indexOf(name));
  const missing = names.filter((_, i) => columns[i] < 0);
  if (missing.length > 0) throw new Error(`The CSV file lacks the columns ${missing.join(', ')}; it has ${table.names.join(', ')}.`);
  return Float32Array.from(table.rows.flatMap(row => columns.map(c => row[c] === '' ? NaN : Number(row[c]))));
}
