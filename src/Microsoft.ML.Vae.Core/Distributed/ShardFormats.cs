using System.Collections.Concurrent;
using System.Text;

namespace Microsoft.ML.Vae.Core;

/// <summary>How shards are opened, by the name of their format: those of the library, and those of your own that every worker registers, and whoever asks for a job.</summary>
public static class ShardFormats
{
    /// <summary>Numbers separated by commas.</summary>
    public const string Csv = "csv";

    /// <summary>The library's own binary rows.</summary>
    public const string Binary = "binary";

    /// <summary>Texts and numbers, encoded by a plan.</summary>
    public const string Table = "table";

    private static readonly ConcurrentDictionary<string, Format> Formats = new(StringComparer.Ordinal)
    {
        [Csv] = new(shard => new CsvRows(shard.Path, HeaderJson.ReadWhole<CsvOptions>(shard.Settings), shard.Part, shard.Parts), true),
        [Binary] = new(shard => new BinaryRows(shard.Path, shard.Part, shard.Parts), true),
        [Table] = new(shard => new TableRows(new DataSource(shard.Path), TablePlanFile.Load(new MemoryStream(Encoding.UTF8.GetBytes(shard.Settings)))), false),
    };

    /// <summary>Registers a format of your own, such as ranges of a query, for the whole process.</summary>
    /// <param name="name">The <see cref="Shard.Format"/>.</param>
    /// <param name="open">Opens a shard. The same shard has the same rows in the same order, whoever opens it.</param>
    /// <param name="hasParts">Whether <paramref name="open"/> minds <see cref="Shard.Part"/>: all parts, one after another, are the whole.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public static void Register(string name, Func<Shard, IRowSource> open, bool hasParts = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(open);
        if (!Formats.TryAdd(name, new Format(open, hasParts)) && Formats[name].Open != open) throw new ArgumentException($"A format is registered under '{name}' already.", nameof(name));
    }

    /// <summary>Whether shards of a format have parts.</summary>
    /// <exception cref="ArgumentException">There is no such format.</exception>
    internal static bool HasParts(string format) => Of(format).HasParts;

    /// <summary>Opens a shard.</summary>
    /// <exception cref="ArgumentException">There is no such format.</exception>
    internal static IRowSource Open(Shard shard) => Of(shard.Format).Open(shard);

    private static Format Of(string name) => Formats.TryGetValue(name, out var format) ? format
        : throw new ArgumentException($"There is no format '{name}' of shards here: register it by {nameof(ShardFormats)}.{nameof(Register)} on every worker, and where the job is asked for. There are: {string.Join(", ", Formats.Keys.Order())}.");

    private sealed record Format(Func<Shard, IRowSource> Open, bool HasParts);
}
