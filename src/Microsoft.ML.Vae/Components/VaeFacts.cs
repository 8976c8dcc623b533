using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>What the columns of a VAE tell whoever reads them: names in their schema, the rest as annotations of Latent, LatentLogVariance and Loss.</summary>
/// <param name="FeatureNames">[m].</param>
/// <param name="KlWeight">β, a Double.</param>
/// <param name="PriorVariance">Variance of each latent under the prior, [n] Doubles.</param>
/// <param name="Prior">Name of the prior.</param>
internal sealed record VaeFacts(IReadOnlyList<string> FeatureNames, double KlWeight, double[] PriorVariance, string Prior)
{
    private const string KlWeightKind = "KlWeight", PriorVarianceKind = "PriorVariance", PriorKind = "Prior";

    /// <summary>For promises, made before there is a model.</summary>
    public static VaeFacts Promised { get; } = new([""], 1, [1], "");

    public int LatentDimension => PriorVariance.Length;

    public static VaeFacts Of(VaeModel model)
    {
        var prior = model.CreatePriorDensity();
        return new(model.FeatureNames, model.KlWeight, [.. Enumerable.Range(0, model.LatentDimension).Select(prior.Variance)], model.Architecture.Prior.Name);
    }

    /// <summary>Reads the annotations back, without the features' names.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column does not come from a VAE.</exception>
    public static VaeFacts Of(IExceptionContext context, DataViewSchema.Column column)
    {
        var annotations = column.Annotations;
        if (new[] { KlWeightKind, PriorVarianceKind, PriorKind }.FirstOrDefault(k => annotations.Schema.GetColumnOrNull(k) is null) is { } missing)
            throw context.Process(new ArgumentOutOfRangeException("inputSchema", $"Column '{column.Name}' does not carry the annotation {missing}: it must come from a VaeTransformer."));
        var (klWeight, variance, prior) = (0.0, default(VBuffer<double>), default(ReadOnlyMemory<char>));
        annotations.GetValue(KlWeightKind, ref klWeight);
        annotations.GetValue(PriorVarianceKind, ref variance);
        annotations.GetValue(PriorKind, ref prior);
        return new([], klWeight, [.. variance.DenseValues()], prior.ToString());
    }

    /// <summary>β where the column comes from a VAE; null: from elsewhere.</summary>
    public static double? KlWeightOf(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(KlWeightKind) is null) return null;
        double value = 0;
        column.Annotations.GetValue(KlWeightKind, ref value);
        return value;
    }

    public void Annotate(DataViewSchema.Annotations.Builder builder)
    {
        builder.AddPrimitiveValue(KlWeightKind, NumberDataViewType.Double, KlWeight);
        builder.Add(PriorVarianceKind, new VectorDataViewType(NumberDataViewType.Double, PriorVariance.Length), (ref VBuffer<double> value) => OutputValue.Write<double>(ref value, PriorVariance));
        builder.AddPrimitiveValue(PriorKind, TextDataViewType.Instance, Prior.AsMemory());
    }
}
