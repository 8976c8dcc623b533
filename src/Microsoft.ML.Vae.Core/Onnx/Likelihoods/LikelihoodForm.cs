using Element = Microsoft.ML.Vae.Core.OnnxMessages.TensorMessage.Types.Element;

namespace Microsoft.ML.Vae.Core;

/// <summary>The terms of a likelihood as ONNX nodes: what <see cref="Likelihood"/> computes row by row, before the weight a_x. m features, o outputs, K draws.</summary>
internal abstract class LikelihoodForm(OnnxGraph graph)
{
    protected OnnxGraph Graph => graph;

    /// <summary>Dᵢ of each draw, less <see cref="AtMode"/>: [N, K, m], single precision, from scaled features [N, 1, m] and decoder outputs [N, K, o].</summary>
    public abstract string DrawTerms(string x, string outputs);

    /// <summary>What <see cref="DrawTerms"/> leaves out, [N, m], double, from scaled features [N, m], single precision; null: nothing.</summary>
    public virtual string? AtMode(string x) => null;

    /// <summary>Dᵢ, [N, m], double, from scaled features [N, m] and decoder outputs [N, o], double.</summary>
    public abstract string Distortion(string x, string output);

    /// <summary>G_x applied to tangents: [N, m, n], double, at a mean [N, m], double.</summary>
    public abstract string Metric(string mean, string tangents);

    /// <summary>a_x, [N, 1] or a scalar, double, from scaled features [N, m] in single precision; null: 1.</summary>
    public virtual string? RowWeight(string scaled) => null;

    /// <summary>E Dᵢ over the draws: [N, m], double.</summary>
    /// <remarks>Draws are summed in single precision, as <see cref="SampledDistortion"/> sums them: what overflows here overflows there.</remarks>
    public string SampledDistortion(string scaled, string x, string outputs, int draws)
    {
        string sum = graph.SumDraws(DrawTerms(x, outputs));
        string mean = graph.Node("Mul", graph.Cast(sum, Element.Double), graph.Scalar(1.0 / draws));
        string distortion = AtMode(scaled) is { } mode ? graph.Node("Max", graph.Node("Add", mean, mode), graph.Scalar(0.0)) : mean;
        string isFinite = graph.Node("LessOrEqual", graph.Node("Abs", sum), graph.Scalar(float.MaxValue));
        return graph.Node("Where", isFinite, distortion, graph.Scalar(double.PositiveInfinity));
    }

    /// <summary>Makes a diagonal metric a factor of tangents.</summary>
    protected string Diagonal(string diagonal, string tangents, int features) => graph.Node("Mul", graph.Reshape(diagonal, -1, features, 1), tangents);

    /// <summary>log(1 + eˣ) without overflow; double.</summary>
    protected string Softplus(string x)
    {
        string tail = graph.Node("Log", graph.Node("Add", graph.Scalar(1.0), graph.Node("Exp", graph.Node("Neg", graph.Node("Abs", x)))));
        return graph.Node("Add", graph.Node("Max", x, graph.Scalar(0.0)), tail);
    }

    /// <summary>x log x, 0 at 0; double.</summary>
    protected string XLogX(string x)
    {
        string positive = graph.Node("Greater", x, graph.Scalar(0.0));
        string safe = graph.Node("Where", positive, x, graph.Scalar(1.0));
        return graph.Node("Mul", safe, graph.Node("Log", safe));
    }
}
