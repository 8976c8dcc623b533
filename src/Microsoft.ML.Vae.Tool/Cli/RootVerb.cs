using System.CommandLine;

namespace Microsoft.ML.Vae.Tool;

/// <summary>mlvae alone: what try does.</summary>
internal static class RootVerb
{
    // A training ends after its present step, a block of rows after a few milliseconds; then files are cleaned up.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(string[] args)
    {
        var trial = new TryVerb();
        var root = new RootCommand("Finds anomalies in tables with a variational autoencoder. Without a verb: try.")
        {
            trial, new TrainVerb(), new ScoreVerb(), new MergeVerb(), new ExplainVerb(), new EvaluateVerb(), new ReportVerb(), new ExportVerb(), new ServeVerb(), new TuneVerb(), new InspectVerb(), new RefitVerb(), new RecalibrateVerb(),
        };
        foreach (var option in trial.Options) root.Add(option);
        root.Action = trial.Handler(root);
        var parsed = root.Parse(args);
        int code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = Patience, EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
        return parsed.Errors.Count > 0 ? UserErrors.User : code;
    }
}
