using Element = Microsoft.ML.Vae.Core.OnnxMessages.TensorMessage.Types.Element;

namespace Microsoft.ML.Vae.Core;

/// <summary><see cref="IsometricDensity"/> as ONNX nodes, from columns of single precision.</summary>
internal static class DensityNodes
{
    /// <summary>−L/β − (n/2) log πβ + log volume ratio, [N, 1].</summary>
    public static string FromLoss(OnnxGraph graph, string loss, string logVolumeRatio, int latentDimension, double klWeight)
    {
        string perKlWeight = graph.Node("Div", graph.Cast(loss, Element.Double), graph.Scalar(-klWeight));
        string density = graph.Node("Add", perKlWeight, graph.Scalar(IsometricDensity.FromLoss(0, latentDimension, klWeight)));
        return ToInput(graph, density, logVolumeRatio);
    }

    /// <summary>log p(μ) + Σ log σ + (n/2) log(2/β) over the active latents + log volume ratio, [N, 1].</summary>
    public static string FromPosterior(OnnxGraph graph, string mean, string logVariance, string logVolumeRatio, IReadOnlyList<int> active, double klWeight)
    {
        if (active.Count == 0) return ToInput(graph, graph.Scalar(0.0), logVolumeRatio);
        string mu = graph.Cast(graph.GatherColumns(mean, active), Element.Double), logVar = graph.Cast(graph.GatherColumns(logVariance, active), Element.Double);
        string terms = graph.Node("Mul", graph.Scalar(0.5), graph.Node("Sub", logVar, graph.Node("Mul", mu, mu)));
        double constant = IsometricDensity.FromPosterior(new float[active.Count], new float[active.Count], klWeight);
        return ToInput(graph, graph.Node("Add", graph.SumLast(terms), graph.Scalar(constant)), logVolumeRatio);
    }

    /// <summary>A score column divided by its unit.</summary>
    public static string PerUnit(OnnxGraph graph, string score, double unit) =>
        ToColumn(graph, graph.Node("Div", graph.Cast(score, Element.Double), graph.Scalar(unit)));

    private static string ToInput(OnnxGraph graph, string density, string logVolumeRatio) => ToColumn(graph, graph.Node("Add", density, graph.Cast(logVolumeRatio, Element.Double)));

    // A clipped NaN may be a bound: runtimes differ.
    private static string ToColumn(OnnxGraph graph, string value)
    {
        string single = graph.Cast(graph.Node("Clip", value, graph.Scalar((double)float.MinValue), graph.Scalar((double)float.MaxValue)), Element.Single);
        return graph.Node("Where", graph.Node("IsNaN", value), graph.Scalar(float.NaN), single);
    }
}
