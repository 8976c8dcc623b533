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
        string features = graph.Input("features", Element.Single, model.Vae.Missing is null ? "Raw features, one row per case." : "Raw features, one row per case; NaN: missing.", OnnxGraph.Rows, OnnxGraph.Fixed(model.Vae.FeatureCount));
        var scoring = new ScoringNodes(graph, model.Vae, model.Estimator, features);
        var decision = new DecisionNodes(graph, model.Calibration, model.Threshold, () => scoring.Score, options.RequireFalseAlarmRate);
        if (wanted.HasFlag(OnnxOutputs.Score)) graph.Output("score", scoring.Score, Element.Single, 1, "Nats; higher = more anomalous.");
        if (wanted.HasFlag(OnnxOutputs.LogDensity)) graph.Output("log_density", scoring.LogDensity, Element.Single, 1, "Nats; higher = more normal.");
        AddDecision(graph, decision, wanted);
        AddContributions(graph, scoring, model.Vae, wanted);
        AddPosterior(graph, scoring, model.Vae, wanted);
        return graph.Message;
    }

    private static void AddDecision(OnnxGraph graph, DecisionNodes decision, OnnxOutputs wanted)
    {
        if (wanted.HasFlag(OnnxOutputs.PValue)) graph.Output("p_value", decision.PValue, Element.Double, 1, "Share of normal rows that score at least as high.");
        if (wanted.HasFlag(OnnxOutputs.Decision)) graph.Output("is_anomaly", decision.IsAnomaly, Element.Bool, 1, "Score above the threshold.");
    }

    private static void AddContributions(OnnxGraph graph, ScoringNodes scoring, VaeModel vae, OnnxOutputs wanted)
    {
        if (!wanted.HasFlag(OnnxOutputs.Contributions)) return;
        graph.Output("feature_contributions", scoring.FeatureContributions, Element.Single, vae.FeatureCount, "Nats; with the latents' they sum to the score.");
        graph.Output("latent_contributions", scoring.LatentContributions, Element.Single, vae.LatentDimension, "Nats; with the features' they sum to the score.");
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
