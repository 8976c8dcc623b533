using System.CommandLine;
using Microsoft.ML.Vae.Report;

namespace Microsoft.ML.Vae.Tool;

/// <summary>report: one page about a model and rows that it judges.</summary>
internal sealed class ReportVerb : Verb
{
    private const int BlockRows = 256;

    private readonly Argument<string> _model = new("model") { Description = "the model" };
    private readonly DataOptions _data = new();
    private readonly Option<string> _output = new("--out", "-o") { DefaultValueFactory = _ => "report.html", Description = "the page: one file that loads nothing and runs nothing" };
    private readonly Option<string?> _explore = new("--explore") { Description = "one more page: the map of the latents, decoded and measured where one points" };
    private readonly Option<string> _title = new("--title") { DefaultValueFactory = _ => new ReportOptions().Title, Description = "heading" };

    public ReportVerb() : base("report", "Write one page: the data, what was learned, scores and calibration, the most anomalous rows and why, what drifted.")
    {
        Add(_model);
        _data.AddTo(this);
        Add(_output);
        Add(_title);
        Add(_explore);
    }

    protected override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var detector = DetectorFile.Load(parsed.GetValue(_model)!);
        var (input, output) = (_data.Read(parsed), parsed.GetValue(_output)!);
        var provenance = detector.Provenance;
        var options = new ReportOptions
        {
            Title = parsed.GetValue(_title)!,
            History = provenance.History.Count > 0 ? provenance.History : provenance.Before?.History ?? [],
            Seed = provenance.Settings.Seed,
            Provenance = Provenances.Of(detector, input.Name),
            IsCalibratedOnNormalRows = provenance.Settings.Contamination is null,
        };
        var builder = new ReportBuilder(detector.Model, options);
        builder.AddBefore(detector.Reference.ToArray());
        if (!AddLabelled(builder, detector, input, cancellation)) Add(builder, detector, input, cancellation);
        ReportFile.Write(output, builder.Build());
        terminal.Messages.Out($"{output}: {new FileInfo(output).Length / 1024} KiB");
        if (parsed.GetValue(_explore) is { } page) Explore(page, detector, input, parsed.GetValue(_title)!, cancellation);
        return UserErrors.Success;

        void Explore(string path, DetectorFile own, TableInput data, string title, CancellationToken stop)
        {
            ExplorerFile.Write(path, ExplorerBuilder.Build(own.Model, Rows(own, data, stop), new ExplorerOptions { Title = title }));
            terminal.Messages.Out($"{path}: {new FileInfo(path).Length / 1024} KiB");
        }
    }

    private static MatrixRows Rows(DetectorFile detector, TableInput input, CancellationToken cancellation)
    {
        if (input.IsPiped) throw new UserErrorException("--explore reads the rows once more, which standard input cannot: give a file.");
        int m = detector.Plan.FeatureCount;
        var values = new List<float>();
        using var rows = input.Open();
        var (reader, block) = (new BlockReader(rows, detector.Plan, Shard.Whole, []), new RowBlock(BlockRows, m));
        for (; reader.Fill(block, BlockRows); block.Reset())
        {
            cancellation.ThrowIfCancellationRequested();
            values.AddRange(block.Features.AsSpan(0, block.Count * m));
        }
        return new MatrixRows(values.ToArray(), m);
    }

    // Labels are told apart by their values, which are known when all are read: then the table lies in memory.
    private static bool AddLabelled(ReportBuilder builder, DetectorFile detector, TableInput input, CancellationToken cancellation)
    {
        if (input.IsPiped) return false;
        using (var rows = input.Open())
            if (rows.LabelIndex < 0) return false;
        var table = input.ReadTable();
        var plan = detector.Plan.For(table.Names);
        foreach (int[] block in Enumerable.Range(0, table.RowCount).Chunk(BlockRows))
        {
            cancellation.ThrowIfCancellationRequested();
            builder.Add(block.SelectMany(r => plan.Encode(table, r)).ToArray(), block.Select(r => table.IsAnomaly[r]).ToArray());
        }
        return true;
    }

    private static void Add(ReportBuilder builder, DetectorFile detector, TableInput input, CancellationToken cancellation)
    {
        int m = detector.Plan.FeatureCount;
        using var rows = input.Open();
        var (reader, block) = (new BlockReader(rows, detector.Plan, Shard.Whole, []), new RowBlock(BlockRows, m));
        for (; reader.Fill(block, BlockRows); block.Reset())
        {
            cancellation.ThrowIfCancellationRequested();
            builder.Add(block.Features.AsSpan(0, block.Count * m));
        }
    }
}
