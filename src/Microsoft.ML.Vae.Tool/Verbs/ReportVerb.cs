using System.CommandLine;
using Microsoft.ML.Vae.Report;

namespace Microsoft.ML.Vae.Tool;

/// <summary>report: one page about a model and rows that it judges.</summary>
internal sealed class ReportVerb : Verb
{
    // Many enough to be scored on all processors.
    private const int BlockRows = 4096;

    private readonly Argument<string> _model = new("model") { Description = "the model" };
    private readonly DataOptions _data = new();
    private readonly Option<string> _output = new("--out", "-o") { DefaultValueFactory = _ => "report.html", Description = "the page: one file that loads nothing and runs nothing" };
    private readonly Option<string?> _explore = new("--explore") { Description = "one more page: the map of the latents, decoded and measured where one points" };
    private readonly Option<string> _title = new("--title") { DefaultValueFactory = _ => new ReportOptions().Title, Description = "heading" };

    public ReportVerb() : base("report", "Write one page: the data, what was learned, scores and calibration, the most anomalous rows and why, what drifted.", answers: false)
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
            History = provenance.LastTraining.History,
            Seed = provenance.Settings.Seed,
            Provenance = Provenances.Of(detector, input.Name),
            IsCalibratedOnNormalRows = detector.PromisesRate,
        };
        var builder = new ReportBuilder(detector.Model, options);
        builder.AddBefore(detector.Reference.ToArray());
        if (!AddLabelled(builder, detector, input, cancellation)) Add(builder, detector, input, cancellation);
        ReportFile.Write(output, builder.Build());
        terminal.Messages.Out($"{output}: {new FileInfo(output).Length / 1024} KiB");
        if (parsed.GetValue(_explore) is { } page)
        {
            ExplorerFile.Write(page, builder.BuildExplorer(new ExplorerOptions { Title = options.Title }));
            terminal.Messages.Out($"{page}: {new FileInfo(page).Length / 1024} KiB");
        }
        return UserErrors.Success;
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
