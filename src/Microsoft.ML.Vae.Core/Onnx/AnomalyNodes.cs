using Element = Microsoft.ML.Vae.Core.OnnxMessages.TensorMessage.Types.Element;

namespace Microsoft.ML.Vae.Core;

/// <summary><see cref="AnomalyScorer"/> as ONNX nodes: the VAE's score, or with a bank the decoder's residual and the bank's part.</summary>
/// <param name="graph">Receives the nodes.</param>
/// <param name="model">The detector.</param>
/// <param name="vae">Its VAE's nodes.</param>
internal sealed class AnomalyNodes(OnnxGraph graph, AnomalyModel model, ScoringNodes vae)
{
    private readonly int _m = model.Vae.FeatureCount;

    /// <summary>Score, [N, 1].</summary>
    public string Score => field ??= model.Bank is null ? vae.Score : vae.ToSingle(graph.Node("Add", graph.SumLast(Features), graph.SumLast(Latents)));

    /// <summary>Each feature's part, [N, m].</summary>
    public string FeatureContributions => field ??= model.Bank is null ? vae.FeatureContributions : vae.ToSingle(Features);

    /// <summary>The same summed over the features of each source column, [N, columns].</summary>
    public string ColumnContributions => field ??= model.Vae.Columns.Count == _m ? FeatureContributions
        : vae.ToSingle(graph.Node("MatMul", graph.Cast(FeatureContributions, Element.Double), vae.Membership()));

    /// <summary>Each latent's part, [N, n].</summary>
    public string LatentContributions => field ??= model.Bank is null ? vae.LatentContributions : vae.ToSingle(Latents);

    /// <summary>What of the features' parts is due to the known rows, [N, m]; a bank there must be.</summary>
    public string NeighbourContributions => field ??= vae.ToSingle(Neighbours);

    /// <summary>The nearest known rows, [N, k], Int64; −1 where the row is not finite.</summary>
    public string NearestRows => field ??= graph.Node("Where", vae.IsFinite, Bank.Nearest, graph.Constant<long>([-1], 1));

    private BankNodes Bank => field ??= new BankNodes(graph, model.Bank!, vae.Scaled, vae.Mean);

    // Where there are categories the divergence stands in for the displacement.
    private string Latents => field ??= model.Bank!.Categories is null ? Bank.Latents : graph.Node("Mul", vae.LatentLoss, graph.Scalar(BankScorer.Share / model.Vae.KlWeight));

    private string Neighbours => field ??= vae.Observed(Bank.Features);

    private string Features => field ??= graph.Node("Add", Neighbours, Residual());

    // As DecoderResidual computes it.
    private string Residual()
    {
        var residual = new DecoderResidual(model.Vae);
        string loss = graph.Node("Div", vae.FeatureLoss, graph.Scalar(model.Vae.KlWeight)), terms = loss;
        if (residual.IsSquare.Contains(true))
        {
            string square = graph.Node("Mul", graph.Scalar(DecoderResidual.HalfDegrees), Log1P(graph.Node("Mul", graph.Scalar(0.5), loss)));
            string isSquare = graph.Cast(graph.Constant<float>([.. residual.IsSquare.Select(s => s ? 1f : 0f)], _m), Element.Bool);
            terms = residual.IsSquare.Contains(false) ? graph.Node("Where", isSquare, square, loss) : square;
        }
        string sum = graph.SumLast(terms), half = graph.Scalar(0.5 * _m);
        string part = graph.Node("Mul", graph.Scalar(BankScorer.Share * 0.5 * _m), Log1P(graph.Node("Div", sum, half)));
        return graph.Node("Mul", terms, graph.Node("Div", part, graph.Node("Max", sum, graph.Scalar(1e-300))));
    }

    private string Log1P(string value) => graph.Node("Log", graph.Node("Add", graph.Scalar(1.0), value));
}
