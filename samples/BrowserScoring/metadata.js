// The metadata of an ONNX file. onnxruntime-web does not offer it, so these few lines read the protocol buffer:
// field 14 of the model holds entries of key (field 1) and value (field 2).
export function metadata(bytes) {
  const entries = {};
  for (const { field, content } of fields(bytes)) {
    if (field !== 14) continue;
    const [key, value] = [1, 2].map(wanted => text([...fields(content)].find(f => f.field === wanted)?.content));
    entries[key] = value;
  }
  return entries;
}

const text = content => content ? new TextDecoder().decode(content) : '';

function* fields(bytes) {
  let at = 0;
  const varint = () => {
    let value = 0, factor = 1, byte;
    do { byte = bytes[at++]; value += (byte & 127) * factor; factor *= 128; } while (byte & 128);
    return value;
  };
  while (at < bytes.length) {
    const tag = varint(), field = Math.floor(tag / 8), kind = tag % 8;
    if (kind === 0) { varint(); continue; }
    const length = kind === 2 ? varint() : kind === 1 ? 8 : kind === 5 ? 4 : NaN;
    if (Number.isNaN(length)) throw new Error('This is not an ONNX file.');
    yield { field, content: bytes.subarray(at, at += length) };
  }
}
