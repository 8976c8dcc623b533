using Microsoft.ML.Vae.Core.OnnxMessages;
using Element = Microsoft.ML.Vae.Core.OnnxMessages.TensorMessage.Types.Element;

namespace Microsoft.ML.Vae.Core;

/// <summary>Builds the graph of a deciding model: only the outputs asked for, and only what they need.</summary>
internal static class OnnxGraphBuilder
{
    /// <exception cref="ArgumentException">No output is asked for, or one that there is not.</exception>
    /// <exception cref="NotSupportedException">A part of the model has no ONNX form here; it is named.</exception>
    public static GraphMessage Build(AnomalyModel model, OnnxExportOptions options)
    {
        var wanted = options.Outputs;
        if (wanted == OnnxOutputs.None || (wanted & ~OnnxOutputs.All) != 0) throw new ArgumentException($"ONNX export: expected some of the named outputs, got {wanted}.", nameof(options));
        var graph = new OnnxGraph();
        string features = graph.Input("features", Element.Single, model.Vae.Missing is null ? "Raw features, one row per case." : "Raw features, one row per case; NaN: missing.", OnnxGraph.Rows, OnnxGraph.Fixed(model.Vae.InputCount));
        var scoring = new ScoringNodes(graph, model.Vae, model.Estimator, features);
        var anomaly = new AnomalyNodes(graph, model, scoring);
        var decision = new DecisionNodes(graph, model.Calibration, model.Threshold, () => anomaly.Score, options.RequireFalseAlarmRate);
        if (wanted.HasFlag(OnnxOutputs.Score)) graph.Output("score", anomaly.Score, Element.Single, 1, "Nats; higher = more anomalous.");
        if (wanted.HasFlag(OnnxOutputs.LogDensity)) graph.Output("log_density", scoring.LogDensity, Element.Single, 1, "Nats; higher = more normal.");
        AddDecision(graph, decision, wanted);
        AddContributions(graph, anomaly, model, wanted);
        AddPosterior(graph, scoring, model.Vae, wanted);
        return graph.Message;
    }

    private static void AddDecision(OnnxGraph graph, DecisionNodes decision, OnnxOutputs wanted)
    {
        if (wanted.HasFlag(OnnxOutputs.PValue)) graph.Output("p_value", decision.PValue, Element.Double, 1, "Share of normal rows that score at least as high.");
        if (wanted.HasFlag(OnnxOutputs.Decision)) graph.Output("is_anomaly", decision.IsAnomaly, Element.Bool, 1, "Score above the threshold.");
    }

    private static void AddContributions(OnnxGraph graph, AnomalyNodes anomaly, AnomalyModel model, OnnxOutputs wanted)
    {
        if (wanted.HasFlag(OnnxOutputs.NearestRows) && model.Bank is { } bank)
            graph.Output("nearest_rows", anomaly.NearestRows, Element.Int64, Math.Min(ReferenceBank.NearestCount, bank.Count), "Known rows, nearest first.");
        if (!wanted.HasFlag(OnnxOutputs.Contributions)) return;
        graph.Output("feature_contributions", anomaly.FeatureContributions, Element.Single, model.Vae.FeatureCount, "Nats; with the latents' they sum to the score.");
        graph.Output("latent_contributions", anomaly.LatentContributions, Element.Single, model.Vae.LatentDimension, "Nats; with the features' they sum to the score.");
        if (model.Bank is not null)
            graph.Output("neighbour_contributions", anomaly.NeighbourContributions, Element.Single, model.Vae.FeatureCount, "Nats; what of the features' parts is due to the known rows.");
    }

    private static void AddPosterior(OnnxGraph graph, ScoringNodes scoring, VaeModel vae, OnnxOutputs wanted)
    {
        if (wanted.HasFlag(OnnxOutputs.Reconstruction))
            graph.Output("reconstruction", scoring.NanUnlessFinite(scoring.Reconstruction), Element.Single, vae.FeatureCount, "In the unit of the features.");
        if (!wanted.HasFlag(OnnxOutputs.Latent)) return;
        graph.Output("latent", scoring.NanUnlessFinite(scoring.Mean), Element.Single, vae.LatentDimension, "Posterior mean.");
        graph.Output("latent_log_variance", scoring.NanUnlessFinite(scoring.LogVariance), Element.Single, vae.LatentDimension, "Posterior log-variance.");
    }
}
