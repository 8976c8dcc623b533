using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>What the columns of a VAE tell whoever reads them: slot names, and annotations of Latent, LatentLogVariance and Loss.</summary>
/// <param name="FeatureNames">[m]; not annotated.</param>
/// <param name="ColumnNames">Names of the source columns; not annotated.</param>
/// <param name="KlWeight">β, a Double.</param>
/// <param name="PriorVariance">Variance of each latent under the prior, [n] Doubles.</param>
/// <param name="ActiveLatents">Whether each latent carries information, [n] Booleans.</param>
/// <param name="Prior">Name of the prior.</param>
internal sealed record VaeFacts(IReadOnlyList<string> FeatureNames, IReadOnlyList<string> ColumnNames, double KlWeight, double[] PriorVariance, bool[] ActiveLatents, string Prior)
{
    /// <summary>For promises, made before there is a model.</summary>
    public static VaeFacts Promised { get; } = new([""], [""], 1, [1], [true], "");

    public int LatentDimension => PriorVariance.Length;

    public static VaeFacts Of(VaeModel model)
    {
        var (prior, latents) = (model.CreatePriorDensity(), Enumerable.Range(0, model.LatentDimension));
        return new(model.FeatureNames, [.. model.Columns.Select(c => c.Name)], model.KlWeight, [.. latents.Select(prior.Variance)], [.. latents.Select(model.ActiveLatents.Contains)], model.Architecture.Prior.Name);
    }

    /// <summary>Reads the annotations back.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column does not come from a VAE.</exception>
    public static VaeFacts Of(IExceptionContext context, DataViewSchema.Column column)
    {
        double klWeight = KlWeightOf(column) ?? throw context.Process(new ArgumentOutOfRangeException(
            "inputSchema", $"Column '{column.Name}' does not carry the annotation {nameof(KlWeight)}: it must come from a VaeTransformer."));
        var (variance, active, prior) = (default(VBuffer<double>), default(VBuffer<bool>), default(ReadOnlyMemory<char>));
        column.Annotations.GetValue(nameof(PriorVariance), ref variance);
        column.Annotations.GetValue(nameof(ActiveLatents), ref active);
        column.Annotations.GetValue(nameof(Prior), ref prior);
        return new([], [], klWeight, [.. variance.DenseValues()], [.. active.DenseValues()], prior.ToString());
    }

    /// <summary>β where the column comes from a VAE; null: from elsewhere.</summary>
    public static double? KlWeightOf(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(nameof(KlWeight)) is null) return null;
        double value = 0;
        column.Annotations.GetValue(nameof(KlWeight), ref value);
        return value;
    }

    public void Annotate(DataViewSchema.Annotations.Builder builder)
    {
        builder.AddPrimitiveValue(nameof(KlWeight), NumberDataViewType.Double, KlWeight);
        builder.Add(nameof(PriorVariance), new VectorDataViewType(NumberDataViewType.Double, LatentDimension), (ref VBuffer<double> value) => OutputValue.Write<double>(ref value, PriorVariance));
        builder.Add(nameof(ActiveLatents), new VectorDataViewType(BooleanDataViewType.Instance, LatentDimension), (ref VBuffer<bool> value) => OutputValue.Write<bool>(ref value, ActiveLatents));
        builder.AddPrimitiveValue(nameof(Prior), TextDataViewType.Instance, Prior.AsMemory());
    }
}
