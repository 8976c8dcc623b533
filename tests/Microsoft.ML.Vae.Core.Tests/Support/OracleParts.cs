using System.Text.Json;

namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>Parts as oracles/torch_vae.py names them: a kind, then its settings.</summary>
internal static class OracleParts
{
    public static VaeArchitecture Architecture(JsonElement json) => new()
    {
        Encoder = Network(json.GetProperty("encoder")),
        Decoder = Network(json.GetProperty("decoder")),
        Posterior = Enum.Parse<PosteriorForm>(json.GetProperty("posterior").GetString()!),
        Likelihood = Likelihood([.. json.GetProperty("likelihood").EnumerateArray()]),
        Prior = Prior([.. json.GetProperty("prior").EnumerateArray()]),
    };

    public static Bound Bound(JsonElement json)
    {
        JsonElement[] part = [.. json.EnumerateArray()];
        return part[0].GetString() switch
        {
            "evidence" => Core.Bound.EvidenceOf(part[1].GetInt32()),
            "split" => Core.Bound.Split,
            "importance-weighted" => Core.Bound.ImportanceWeighted(part[1].GetInt32()),
            "renyi" => Core.Bound.Renyi(part[1].GetDouble(), part[2].GetInt32()),
            "maximum" => Core.Bound.Maximum(part[1].GetInt32()),
            var kind => throw new NotSupportedException(kind),
        };
    }

    private static Network Network(JsonElement json) =>
        new(Shape([.. json.GetProperty("input").EnumerateArray()]), [.. json.GetProperty("layers").EnumerateArray().Select(layer => Layer([.. layer.EnumerateArray()]))]);

    private static Shape Shape(JsonElement[] sizes) => new(sizes[0].GetInt32(), sizes[1].GetInt32(), sizes[2].GetInt32());

    private static Layer Layer(JsonElement[] part) => part[0].GetString() switch
    {
        "dense" => new Dense(part[1].GetInt32()),
        "convolution" => new Convolution(part[1].GetInt32(), part[2].GetInt32(), part[3].GetInt32()),
        "transposed convolution" => new TransposedConvolution(part[1].GetInt32(), part[2].GetInt32(), part[3].GetInt32()),
        "elementwise" => new Elementwise(Enum.Parse<Activation>(part[1].GetString()!)),
        "reshape" => new Reshape(Shape(part[1..])),
        "softmax" => new Softmax([.. part[1..].Select(length => length.GetInt32())]),
        var kind => throw new NotSupportedException(kind),
    };

    private static Likelihood Likelihood(JsonElement[] part) => part[0].GetString() switch
    {
        "squared" => new SquaredErrorLikelihood(new MetricWeight(part[1].GetDouble(), part[2].GetDouble(), part[3].GetBoolean())),
        "gaussian" => GaussianLikelihood.WithVariance(part[1].GetDouble()),
        "learned variance" => GaussianLikelihood.WithLearnedVariance(part[1].GetDouble()),
        "student t" => StudentTLikelihood.With(part[1].GetDouble(), part[2].GetDouble()),
        "bernoulli" => BernoulliLikelihood.Instance,
        "categorical" => new CategoricalLikelihood([.. part[1..].Select(length => length.GetInt32())]),
        "ssim" => new SsimLikelihood(Shape(part[1..4]), part[4].GetDouble()),
        var kind => throw new NotSupportedException(kind),
    };

    private static Prior Prior(JsonElement[] part) => part[0].GetString() switch
    {
        "normal" => StandardNormalPrior.Instance,
        "mixture" => new MixturePrior(part[1].GetInt32()),
        "vamp" => new VampPrior(part[1].GetInt32()),
        var kind => throw new NotSupportedException(kind),
    };
}
