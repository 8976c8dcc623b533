using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>Rows made by their number, of which none is stored: four hidden coordinates bent into twenty features, and noise. A broken row takes half its features from another.</summary>
internal sealed class GeneratedRows(long first, long count, bool areBroken = false) : IRowSource
{
    public const string Format = "generated";

    public const int Features = 20;

    private const int Hidden = 4, Bent = 12, BlockRows = 256;

    private const float Noise = 0.3f;

    // Of the map, of rows, of the other rows that broken ones take from.
    private static readonly float[] Into = Normals(1, Hidden * Bent), Out = Normals(2, Bent * Features);

    public int FeatureCount => Features;

    public long? Count => count;

    /// <summary>So many rows as one shard; the format must be registered.</summary>
    public static Shard Shard(long rows) => new($"{rows} generated rows", Format, $"{rows}");

    public static void Register() => ShardFormats.Register(Format, Open, hasParts: true);

    public IRowReader Read(RandomStream? order) => order is null ? new Reader(first, count, areBroken) : new ShuffledRows(this).Read(order);

    private static GeneratedRows Open(Shard shard)
    {
        long rows = long.Parse(shard.Settings, System.Globalization.CultureInfo.InvariantCulture), from = rows * shard.Part / shard.Parts;
        return new GeneratedRows(from, (rows * (shard.Part + 1) / shard.Parts) - from);
    }

    private static float[] Normals(ulong stream, int length)
    {
        var values = new float[length];
        RandomStream.FromSeed(11).Split(stream).Normals(values);
        return values;
    }

    private sealed class Reader(long first, long count, bool areBroken) : IRowReader
    {
        private readonly float[] _random = new float[BlockRows * (Hidden + Features)], _bent = new float[Bent], _other = new float[Features];
        private long _next, _block = -1;

        public int Read(Span<float> features, Span<float> weights, Span<long> places)
        {
            int read = (int)Math.Min(weights.Length, count - _next);
            for (int r = 0; r < read; r++, _next++)
            {
                var row = features.Slice(r * Features, Features);
                Write(first + _next, row);
                // Another row's second half: each feature alone is usual.
                if (areBroken)
                {
                    Write(first + _next + count, _other);
                    _other.AsSpan(Features / 2).CopyTo(row[(Features / 2)..]);
                }
                if (!places.IsEmpty) places[r] = _next;
            }
            weights[..read].Fill(1);
            return read;
        }

        public void Dispose() { }

        private void Write(long row, Span<float> features)
        {
            if (row / BlockRows != _block)
            {
                _block = row / BlockRows;
                RandomStream.FromSeed(12).Split((ulong)_block).Normals(_random);
            }
            var own = _random.AsSpan((int)(row % BlockRows) * (Hidden + Features), Hidden + Features);
            for (int b = 0; b < Bent; b++)
            {
                float sum = 0;
                for (int h = 0; h < Hidden; h++) sum += own[h] * Into[(b * Hidden) + h];
                _bent[b] = MathF.Tanh(sum);
            }
            for (int i = 0; i < Features; i++)
            {
                float sum = Noise * own[Hidden + i];
                for (int b = 0; b < Bent; b++) sum += 0.5f * _bent[b] * Out[(b * Features) + i];
                features[i] = sum;
            }
        }
    }
}
