using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.ML.Vae.Core;

/// <summary>The rows of a virtual shard, read once from its shards and kept: those that train apart from those that are held out.</summary>
internal sealed class VirtualRows : IDisposable
{
    private readonly RowRole _role;
    private readonly RandomStream _hashes;
    private readonly int _index;
    private ShuffledShard? _shuffled;
    private (double KeysBelow, float[] Rows)? _choosing;

    private VirtualRows(int index, RowFacts facts, int m, MemoryGrant memory, string? folder)
    {
        (_index, _role, FeatureCount) = (index, new RowRole(facts.Seed, facts.HeldOutFraction), m);
        _hashes = _role.Hashes(index);
        (Training, HeldOut) = (new StoredRows(m, memory, folder), new StoredRows(m, memory, folder));
        Fingerprint = Checksum.Of(Encoding.UTF8.GetBytes(HeaderJson.Write(facts)));
    }

    /// <summary>m, with the flags.</summary>
    public int FeatureCount { get; }

    /// <summary>All rows.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows that train, in order.</summary>
    public StoredRows Training { get; }

    /// <summary>Rows that choose or calibrate, in order.</summary>
    public StoredRows HeldOut { get; }

    /// <summary>A checksum of what decides their roles, and of all rows in order.</summary>
    public ulong Fingerprint { get; private set; }

    /// <summary>Shards that were left out, and why.</summary>
    public IReadOnlyList<SkippedShard> Skipped { get; private set; } = [];

    /// <summary>Reads a virtual shard.</summary>
    /// <exception cref="ShardException">A shard cannot be read, or the rows are not those of the survey.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static VirtualRows Open(TaskMember member, RowFacts facts, MemoryGrant memory, string? folder, CancellationToken cancellation)
    {
        var skipped = new List<SkippedShard>();
        while (true)
        {
            try
            {
                var rows = Read(member.Index, [.. member.Shards.Where(s => skipped.TrueForAll(k => k.Name != s.Name))], facts, memory, folder, cancellation);
                rows.Skipped = skipped;
                if (member.Fingerprint is not { } expected || expected == rows.Fingerprint) return rows;
                rows.Dispose();
                throw new ShardException(string.Join(", ", member.Shards.Select(s => s.Name)), "its rows are not those that the job began with. Restore them, or begin again.");
            }
            catch (ShardException e) when (facts.OnCorrupt == CorruptShards.Skip && member.Fingerprint is null)
            {
                skipped.Add(new SkippedShard(e.Shard, e.Reason));
            }
        }
    }

    /// <summary>Rows that train, in random order; the stream is the same in every call.</summary>
    public ShuffledShard Shuffled(RandomStream random) => _shuffled ??= new ShuffledShard(Training, FeatureCount, random);

    /// <summary>Rows that choose whose keys are below, [rows, m], kept from last time: they are asked for after every few rounds.</summary>
    public float[] Choosing(double keysBelow)
    {
        if (_choosing is { } kept && kept.KeysBelow == keysBelow) return kept.Rows;
        var (rows, keys) = (new List<float>(), _role.Keys(RowSampleKind.Choosing, _index));
        ForEach((hash, place) => _role.Chooses(hash) && keys.Uniform(place) < keysBelow, (row, _) => rows.AddRange(row));
        _choosing = (keysBelow, [.. rows]);
        return _choosing.Value.Rows;
    }

    /// <summary>Shows some rows in order; blocks of which none is wanted are not read.</summary>
    /// <param name="isWanted">Asked with the hash and the place of each row.</param>
    /// <param name="show">Given a row and its hash.</param>
    public void ForEach(Func<double, long, bool> isWanted, RowVisit show)
    {
        var (training, heldOut) = (new Cursor(Training, FeatureCount), new Cursor(HeldOut, FeatureCount));
        for (long place = 0; place < Rows; place++)
        {
            double hash = _hashes.Uniform(place);
            var cursor = _role.Trains(hash) ? training : heldOut;
            if (isWanted(hash, place)) show(cursor.Next(), hash);
            else cursor.Skip();
        }
    }

    public void Dispose()
    {
        Training.Dispose();
        HeldOut.Dispose();
    }

    private static VirtualRows Read(int index, Shard[] shards, RowFacts facts, MemoryGrant memory, string? folder, CancellationToken cancellation)
    {
        VirtualRows? rows = null;
        try
        {
            foreach (var shard in shards)
            {
                var source = GapFlags.Behind(ShardReading.Open(shard, facts.Inputs), facts.Watched);
                rows ??= new VirtualRows(index, facts, source.FeatureCount, memory, folder);
                if (source.FeatureCount != rows.FeatureCount) throw new ShardException(shard.Name, $"it has {source.FeatureCount} features, those before it have {rows.FeatureCount}.");
                ShardReading.Run(shard, source, rows.Add, cancellation);
            }
            rows ??= new VirtualRows(index, facts, facts.Inputs + facts.Watched.Length, memory, folder);
            rows.Training.Complete();
            rows.HeldOut.Complete();
            return rows;
        }
        catch
        {
            rows?.Dispose();
            throw;
        }
    }

    private void Add(ReadOnlySpan<float> row)
    {
        (_role.Trains(_hashes.Uniform(Rows)) ? Training : HeldOut).Add(row);
        Fingerprint = Checksum.Join(Fingerprint, Checksum.Of(MemoryMarshal.AsBytes(row)));
        Rows++;
    }

    private sealed class Cursor(StoredRows rows, int m)
    {
        private readonly float[] _block = new float[StoredRows.BlockRows * m];
        private long _next;
        private int _read = -1;

        public void Skip() => _next++;

        public ReadOnlySpan<float> Next()
        {
            var (block, row) = Math.DivRem(_next++, StoredRows.BlockRows);
            if (block != _read) rows.Read(_read = (int)block, _block);
            return _block.AsSpan((int)row * m, m);
        }
    }
}

/// <summary>Shown a row and its hash.</summary>
internal delegate void RowVisit(ReadOnlySpan<float> row, double hash);
