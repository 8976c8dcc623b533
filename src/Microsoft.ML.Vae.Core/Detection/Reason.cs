using System.Globalization;

namespace Microsoft.ML.Vae.Core;

/// <summary>What one source column has to do with a row's score.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Nats">Its part of the score, ≥ 0.</param>
/// <param name="Share">The same as a share of the score.</param>
/// <param name="Found">What the row holds.</param>
/// <param name="Expected">What the model expected: a number in the column's unit, or the likeliest category.</param>
/// <param name="Surprise">What the network alone says of it, nats, ≥ 0: of a category −ln of its probability. <paramref name="Nats"/> differs where known rows have their say.</param>
public sealed record Reason(string Column, double Nats, double Share, string Found, string Expected, double Surprise)
{
    /// <summary>As rare as one in so many, e^surprise: exact for a category, for a number that of the exponent of its density.</summary>
    public double OneIn => Math.Exp(Surprise);

    /// <summary>For people, e.g. "Language 31%: Chinese, expected English (1 in 3,000)".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Column} {100 * Share:F0}%: {Found}, expected {Expected}{(OneIn < 10 ? "" : OneIn > 1e9 ? " (1 in more than 1e9)" : $" (1 in {OneIn:N0})")}");
}

/// <summary>Tells of single rows which source columns make their score. Owns its buffers: one per thread.</summary>
public sealed class Explainer(AnomalyModel model)
{
    private const string Unseen = "unseen";

    private readonly AnomalyScorer _scorer = new(model, 1);

    /// <summary>The columns that contribute most to a raw row's score, most first; none where it has no score. What is missing is no reason.</summary>
    /// <param name="row">[m].</param>
    /// <param name="count">At most so many.</param>
    public IReadOnlyList<Reason> Explain(ReadOnlySpan<float> row, int count = 3)
    {
        var vae = model.Vae;
        _scorer.Score(row, 1, VaeOutputs.Loss | VaeOutputs.Reconstruction);
        double score = _scorer.Scores[0];
        if (double.IsNaN(score)) return [];
        float[] found = row.ToArray();
        double[] sums = FeatureColumn.Sums(vae.Columns, _scorer.FeatureContributions[..vae.FeatureCount]);
        double[] losses = [.. _scorer.Vae.FeatureLoss[..vae.FeatureCount].ToArray().Select(l => l / vae.KlWeight)], surprises = FeatureColumn.Sums(vae.Columns, losses);
        float[] expected = _scorer.Vae.Reconstruction[..vae.FeatureCount].ToArray();
        return [.. Enumerable.Range(0, sums.Length).Where(c => sums[c] > 0).OrderByDescending(c => sums[c]).Take(count)
            .Select(c => new Reason(vae.Columns[c].Name, sums[c], score > 0 ? sums[c] / score : 0, Text(vae.Columns[c], found), Text(vae.Columns[c], expected), surprises[c]))];
    }

    private string Text(FeatureColumn column, float[] values)
    {
        var part = values.AsSpan(column.First, column.Length);
        if (column.Kind != ColumnKind.Category) return part[0].ToString("G4", CultureInfo.InvariantCulture);
        if (!part.ContainsAnyExcept(0f)) return Unseen;
        string name = model.Vae.FeatureNames[column.First + System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(part)], prefix = column.Name + ".";
        return name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
    }
}
