using System.CommandLine;
using System.Globalization;

namespace Microsoft.ML.Vae.Tool;

/// <summary>tune: latents, β, widths and rate by the density of held-out rows, without labels; then the model.</summary>
internal sealed class TuneVerb : Verb
{
    private readonly DataOptions _data = new();
    private readonly FitOptions _fit = new();
    private readonly Option<string?> _output = new("--out", "-o") { Description = "trains the best setting on all rows, and saves it there" };
    private readonly Option<int> _configurations = new("--configurations") { DefaultValueFactory = _ => new SuccessiveHalving().Configurations, Description = "settings to begin with, the default among them" };
    private readonly Option<int> _trialSteps = new("--trial-steps") { DefaultValueFactory = _ => new SuccessiveHalving().MaximumSteps, Description = "training steps of the last round" };

    public TuneVerb() : base("tune", "Choose latents, β, widths and learning rate by the density of held-out rows; no label is read.")
    {
        _data.AddTo(this);
        foreach (Option option in (Option[])[_output, _configurations, _trialSteps]) Add(option);
        _fit.AddTo(this);
    }

    protected override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var (input, settings) = (_data.Read(parsed), _fit.Read(parsed));
        var table = input.ReadTable();
        int[] rows = TrainVerb.NormalRows(table);
        var plan = TablePlan.Of(table, rows);
        TuningObjective<VaeSearchOptions> objective = DensityObjective.Of(new MLContext(settings.Seed), table, plan, rows, settings.Seed).Evaluate;
        var space = new VaeSearchSpace(Math.Min(plan.FeatureCount, VaeFitOptions.DefaultMaximumLatents));
        var random = RandomStream.FromSeed(settings.Seed);
        var halving = new SuccessiveHalving { Configurations = parsed.GetValue(_configurations), MaximumSteps = parsed.GetValue(_trialSteps) };
        var trials = halving.Run(i => i == 0 ? space.Default : space.Sample(random.Split((ulong)i)), objective, t => terminal.Messages.Out(Line(t)), cancellation);
        cancellation.ThrowIfCancellationRequested();
        // The default, which the search may have dropped early, competes at full length.
        var start = Trial.Run(trials.Count, space.Default, halving.MaximumSteps, objective, cancellation);
        var best = Trial.Best([start, .. trials]) ?? throw new UserErrorException($"No setting could be trained: {start.Failure}");
        terminal.Answer(new { Best = best, Default = start, Trials = trials }, console =>
        {
            console.Out($"default: {Line(start)}");
            console.Out($"best:    {Line(best)}");
        });
        if (parsed.GetValue(_output) is not { } output) return UserErrors.Success;
        Fitting.Run(table, rows, settings with { Tuned = best.Setting }, input.Name, terminal.Messages, before: null, cancellation).Save(output);
        terminal.Messages.Out($"saved: {output}");
        return UserErrors.Success;
    }

    private static string Line(Trial<VaeSearchOptions> t) => string.Create(CultureInfo.InvariantCulture,
        $"{t.Steps,5} steps, {t.Setting.LatentDimension,2} latents, β {t.Setting.KlWeight:F2}, {t.Setting.Layers} × {t.Setting.Width}, rate {t.Setting.LearningRate:G2}: {(t.Failure ?? $"{t.Outcome?.LogDensity:F3} nats, isometry error {t.Outcome?.IsometryError:F2}")}");
}
