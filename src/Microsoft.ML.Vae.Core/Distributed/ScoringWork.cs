using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.Vae.Core;

/// <summary>Where scores go.</summary>
/// <param name="Folder">That all workers see.</param>
/// <param name="Detector">Name of the detector's content.</param>
internal sealed record ScoringOrder(string Folder, string Detector);

/// <summary>What came of a shard.</summary>
/// <param name="Shard">Its name.</param>
/// <param name="Detector">Name of the detector's content.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Unscored">Those without a score.</param>
/// <param name="Flagged">Those above the threshold.</param>
/// <param name="Error">Why it was left out; null: it was not.</param>
/// <param name="IsNew">Whether it was scored now; false: it had been before.</param>
/// <param name="Scores">Hash of the file of scores; empty: there is none.</param>
/// <param name="Source">Checksum of what tells the shard's content apart; 0: not known.</param>
internal sealed record ScoredShard(string Shard, string Detector, long Rows, long Unscored, long Flagged, string? Error = null, bool IsNew = true, string Scores = "", ulong Source = 0);

/// <summary>Scores shards to files, each written beside its place and renamed; what is there already from the same detector and the same shard is left as it is.</summary>
internal static class ScoringWork
{
    public const string Kind = "scoring";

    /// <summary>Pattern of the names of files of scores.</summary>
    public const string Outputs = "*" + Ending;

    private const string Ending = ".scores.csv";

    public static Packet Order(ScoringOrder order, byte[] model) => new(Kind, HeaderJson.Write(order), [], [], model);

    public static ScoredShard[] Read(ShardResult result) => HeaderJson.Read<ScoredShard[]>(result.Content.Header);

    /// <summary>A name of a detector's content.</summary>
    public static string NameOf(byte[] model) => Convert.ToHexString(SHA256.HashData(model));

    /// <summary>The file of a shard's scores; names of folders that differ give files that differ.</summary>
    public static string OutputOf(string folder, Shard shard)
    {
        string part = shard.Parts == 1 ? "" : $".{shard.Part + 1}-of-{shard.Parts}";
        return Path.Combine(folder, $"{Path.GetFileName(shard.Path)}{part}.{Checksum.Of(Encoding.UTF8.GetBytes(shard.Name)):x16}{Ending}");
    }

    public static ShardResult Run(ShardWorker worker, ShardTask task, CancellationToken cancellation)
    {
        var order = HeaderJson.Read<ScoringOrder>(task.Order.Header);
        var model = worker.Model(order.Detector, task.Order.Attachment!);
        var scored = worker.ForEach(task, member => One(member.Shards[0], model, order, task.Rows, cancellation));
        return new(new Packet(Kind, HeaderJson.Write(scored), [], [])) { Rows = scored.Where(s => s.IsNew).Sum(s => s.Rows) };
    }

    private static ScoredShard One(Shard shard, AnomalyModel model, ScoringOrder order, RowFacts facts, CancellationToken cancellation)
    {
        string path = OutputOf(order.Folder, shard), done = path + ".done.json";
        ulong source = SourceOf(shard);
        if (File.Exists(done) && File.Exists(path) && HeaderJson.Read<ScoredShard>(File.ReadAllText(done)) is { } before
            && (before.Detector, before.Source) == (order.Detector, source) && before.Scores == HashOf(path))
            return before with { IsNew = false };
        try
        {
            ScoredShard? scored = null;
            AtomicFile.Write(path, stream => scored = Write(stream, shard, model, order, cancellation) with { Source = source });
            // Written last: whoever dies before this scores the shard again, to the same bytes. What an older one says of other scores is seen by their hash.
            AtomicFile.Write(done, stream => stream.Write(Encoding.UTF8.GetBytes(HeaderJson.Write(scored!))));
            return scored!;
        }
        catch (ShardException e) when (facts.OnCorrupt == CorruptShards.Skip)
        {
            return new ScoredShard(shard.Name, order.Detector, 0, 0, 0, e.Reason);
        }
    }

    // A file is known by its length and time, whatever else by what the shard says.
    private static ulong SourceOf(Shard shard)
    {
        string state = File.Exists(shard.Path) ? $"{new FileInfo(shard.Path).Length} {File.GetLastWriteTimeUtc(shard.Path).Ticks}" : "";
        return Checksum.Of(Encoding.UTF8.GetBytes(HeaderJson.Write(shard) + state));
    }

    private static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(file));
    }

    private static ScoredShard Write(Stream stream, Shard shard, AnomalyModel model, ScoringOrder order, CancellationToken cancellation)
    {
        var rows = ShardReading.Open(shard, model.Vae.InputCount);
        using var hash = SHA256.Create();
        Sink sink;
        using (var hashed = new CryptoStream(stream, hash, CryptoStreamMode.Write, leaveOpen: true))
        using (var writer = new StreamWriter(hashed, new UTF8Encoding(false), 1 << 16) { NewLine = "\n" })
        {
            writer.WriteLine("Score,PValue,PredictedLabel");
            sink = new Sink(model, writer);
            ShardReading.Run(shard, rows, sink.Take, cancellation);
            sink.Score();
        }
        return new ScoredShard(shard.Name, order.Detector, sink.Rows, sink.Unscored, sink.Flagged, Scores: Convert.ToHexString(hash.Hash!));
    }

    private sealed class Sink(AnomalyModel model, StreamWriter writer)
    {
        private readonly AnomalyScorer _scorer = new(model, RowPass.BlockRows);
        private readonly float[] _features = new float[RowPass.BlockRows * model.Vae.InputCount];
        private int _count;

        public long Rows { get; private set; }

        public long Unscored { get; private set; }

        public long Flagged { get; private set; }

        public void Take(ReadOnlySpan<float> row)
        {
            row.CopyTo(_features.AsSpan(_count++ * row.Length));
            if (_count == RowPass.BlockRows) Score();
        }

        public void Score()
        {
            _scorer.Score(_features.AsSpan(0, _count * model.Vae.InputCount), _count, VaeOutputs.Loss);
            for (int r = 0; r < _count; r++)
            {
                float score = VaeScorer.ToColumn(_scorer.Scores[r]);
                bool isFlagged = score > model.Threshold;
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{score},{model.Calibration.PValue(score)},{(isFlagged ? 1 : 0)}"));
                if (float.IsNaN(score)) Unscored++;
                if (isFlagged) Flagged++;
            }
            (Rows, _count) = (Rows + _count, 0);
        }
    }
}
