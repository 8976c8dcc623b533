using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Vae.Core;

/// <summary>The JSON header's view of an architecture: plain values only.</summary>
internal sealed record ArchitectureHeader(
    int FeatureCount, int LatentDimension, int[] EncoderWidths, int[] DecoderWidths, Activation HiddenActivation, Activation OutputActivation, LikelihoodHeader Likelihood)
{
    public static ArchitectureHeader Of(VaeArchitecture a) => new(
        a.FeatureCount, a.LatentDimension, [.. a.EncoderWidths], [.. a.DecoderWidths], a.HiddenActivation, a.OutputActivation, LikelihoodHeader.Of(a.Likelihood));

    public VaeArchitecture ToArchitecture() => new VaeArchitecture
    {
        FeatureCount = FeatureCount,
        LatentDimension = LatentDimension,
        EncoderWidths = EncoderWidths,
        DecoderWidths = DecoderWidths,
        HiddenActivation = HiddenActivation,
        OutputActivation = OutputActivation,
        Likelihood = Likelihood.ToLikelihood(),
    }.Validated();
}

/// <summary>The JSON header's view of a likelihood.</summary>
internal sealed record LikelihoodHeader(string Name, double? Variance = null, double? MinimumDeviation = null, MetricWeight? Weight = null)
{
    public static LikelihoodHeader Of(Likelihood likelihood) => likelihood switch
    {
        SquaredErrorLikelihood s => new(s.Name, Weight: s.Weight),
        GaussianLikelihood g => new(g.Name, g.FixedVariance, g.MinimumDeviation),
        _ => new(likelihood.Name),
    };

    public Likelihood ToLikelihood() => Name switch
    {
        "SquaredError" => new SquaredErrorLikelihood(Weight ?? MetricWeight.None),
        "Gaussian" => GaussianLikelihood.WithVariance(Variance!.Value),
        "GaussianLearnedVariance" => GaussianLikelihood.WithLearnedVariance(MinimumDeviation!.Value),
        "Bernoulli" => BernoulliLikelihood.Instance,
        _ => throw new FormatException($"The file names the likelihood '{Name}', which this library does not know. Use a newer MLVae."),
    };
}

/// <summary>JSON settings shared by all headers.</summary>
internal static class HeaderJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Converters = { new JsonStringEnumConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <exception cref="FormatException">The header cannot be read.</exception>
    public static T Read<T>(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options) ?? throw new FormatException("The file's header is empty.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"The file's header cannot be read: {e.Message}", e);
        }
    }
}
