using System.Text.Json.Nodes;

namespace Microsoft.ML.Vae.Core;

/// <summary>A detector to be trained on shards. Immutable; the same job gives the same bits on any cluster.</summary>
public sealed record DistributedJob
{
    private const string Kind = "job";

    /// <summary>The rows, in shards that every worker can open.</summary>
    public required IReadOnlyList<Shard> Shards { get; init; }

    /// <summary>Network, likelihood, scaling, held-out share, training. Steps are those of each virtual shard; an automatic budget counts the rows of one.
    /// Of the validation rows a random draw is used whose size scatters: at most six of its roots more than <see cref="TrainingOptions.MaximumValidationRows"/>, 6 % of 10,000.</summary>
    public VaeFitOptions Fit { get; init; } = new();

    /// <summary>How the job is shared out.</summary>
    public DistributedOptions Distribution { get; init; } = new();

    /// <summary>Names for explanations; null: f0, f1, …</summary>
    public IReadOnlyList<string>? FeatureNames { get; init; }

    /// <summary>Share of normal rows that may be flagged. 5 %: calibratable from 19 held-out rows on.</summary>
    public double FalseAlarmRate { get; init; } = 0.05;

    /// <summary>How the detector estimates losses.</summary>
    public LossEstimator Estimator { get; init; } = LossEstimator.Default;

    /// <summary>Checks what can be checked without a row.</summary>
    /// <exception cref="ArgumentException">Something is out of range, or does not fit.</exception>
    public DistributedJob Validated()
    {
        Fit.Training.Validated();
        VirtualShards.Of(Shards, Distribution.Validated().VirtualShards);
        if (!(FalseAlarmRate > 0 && FalseAlarmRate < 1)) throw new ArgumentOutOfRangeException(nameof(FalseAlarmRate), FalseAlarmRate, "Expected a share between 0 and 1, exclusive.");
        if (!(Fit.HeldOutFraction > 0 && Fit.HeldOutFraction < 1))
            throw new ArgumentOutOfRangeException(nameof(Fit), Fit.HeldOutFraction, "Expected a held-out share above 0 and below 1: the threshold is calibrated on held-out rows.");
        return this;
    }

    /// <summary>The job as a message, to be kept or sent.</summary>
    /// <exception cref="NotSupportedException">A part of your own is not registered with <see cref="ModelParts"/>; it is named.</exception>
    public byte[] ToBytes()
    {
        using var start = new MemoryStream();
        if (Fit.StartFrom is { } model) VaeModelFile.Save(model, start);
        return new Packet(Kind, Text(), [], [], start.Length > 0 ? start.ToArray() : null).ToBytes();
    }

    /// <summary>The job of a message.</summary>
    /// <exception cref="FormatException">It is none, damaged, or asks for what this version does not know.</exception>
    public static DistributedJob FromBytes(byte[] bytes)
    {
        var packet = Packet.Read(bytes);
        var text = HeaderJson.ReadWhole<Content>(packet.Header);
        return new DistributedJob
        {
            Shards = text.Shards,
            Fit = text.Fit.ToOptions() with { StartFrom = packet.Attachment is { } model ? VaeModelFile.Load(new MemoryStream(model)) : null },
            Distribution = text.Distribution,
            FeatureNames = text.FeatureNames,
            FalseAlarmRate = text.FalseAlarmRate,
            Estimator = LossEstimator.Of(text.Draws, text.IsBalanced),
        };
    }

    /// <summary>Tells jobs apart.</summary>
    internal ulong Fingerprint() => Checksum.Of(ToBytes());

    // All but the model to start from.
    private string Text() => HeaderJson.Write(new Content([.. Shards], FitContent.Of(Fit), Distribution, FalseAlarmRate, Estimator.Draws, Estimator.IsBalanced, FeatureNames?.ToArray()));

    private sealed record Content(Shard[] Shards, FitContent Fit, DistributedOptions Distribution, double FalseAlarmRate, int Draws, bool IsBalanced, string[]? FeatureNames = null);

    // The parts of a model by their registered names.
    private sealed record FitContent(
        int[] HiddenWidths, Activation HiddenActivation, string Likelihood, JsonObject LikelihoodSettings, string Prior, JsonObject PriorSettings, ScalingKind Scaling, bool AcceptMissing,
        bool IncludeMissingness, double HeldOutFraction, int ReferenceRows, JsonObject Training, int? LatentDimension = null, FeatureColumn[]? Columns = null, JsonObject? Network = null)
    {
        public static FitContent Of(VaeFitOptions o) => new(
            [.. o.HiddenWidths], o.HiddenActivation, o.Likelihood.Name, ModelParts.Write(o.Likelihood), o.Prior.Name, ModelParts.Write(o.Prior), o.Scaling, o.AcceptMissing, o.IncludeMissingness,
            o.HeldOutFraction, o.ReferenceRows, JsonNode.Parse(HeaderJson.Write(o.Training))!.AsObject(), o.LatentDimension, o.Columns?.ToArray(), o.Network is null ? null : ArchitectureHeader.Write(o.Network));

        public VaeFitOptions ToOptions() => new()
        {
            LatentDimension = LatentDimension,
            HiddenWidths = HiddenWidths,
            HiddenActivation = HiddenActivation,
            Likelihood = ModelParts.ReadLikelihood(Likelihood, LikelihoodSettings),
            Columns = Columns,
            Prior = ModelParts.ReadPrior(Prior, PriorSettings),
            Scaling = Scaling,
            AcceptMissing = AcceptMissing,
            IncludeMissingness = IncludeMissingness,
            HeldOutFraction = HeldOutFraction,
            ReferenceRows = ReferenceRows,
            Training = HeaderJson.ReadWhole<TrainingOptions>(Training.ToJsonString()),
            Network = Network is null ? null : ArchitectureHeader.Read(Network),
        };
    }
}
