namespace Microsoft.ML.Vae.Core;

/// <summary>Everything that turns raw rows into a model: network, likelihood, scaling, held-out share, training. Immutable.</summary>
public sealed record VaeFitOptions
{
    /// <summary>The most latents that the default takes.</summary>
    public const int DefaultMaximumLatents = 32;

    /// <summary>n; null: min(features, 32). Superfluous latents collapse by themselves and are reported; too few hide structure.</summary>
    public int? LatentDimension { get; init; }

    /// <summary>Hidden widths of the encoder; the decoder mirrors them. 256 was best by validation ELBO and by labels.</summary>
    public IReadOnlyList<int> HiddenWidths { get; init; } = [256, 256];

    /// <summary>Tanh beats ReLU here, and keeps density and geometry smooth.</summary>
    public Activation HiddenActivation { get; init; } = Activation.Tanh;

    /// <summary>One learned variance per feature, so that no β need be chosen.</summary>
    public Likelihood Likelihood { get; init; } = GaussianLikelihood.LearnedVariance;

    /// <summary>The source columns, side by side: categories, flags and counts have likelihoods of their own, <see cref="Likelihood"/> is that of the continuous ones.
    /// Null: each feature is a continuous column. With a <see cref="Network"/> the columns only group the reasons.</summary>
    public IReadOnlyList<FeatureColumn>? Columns { get; init; }

    /// <summary>p(z). The standard normal is the fast path, with a divergence in closed form.</summary>
    public Prior Prior { get; init; } = StandardNormalPrior.Instance;

    /// <summary>Standardising beats min-max and quantiles.</summary>
    public ScalingKind Scaling { get; init; } = ScalingKind.Standardize;

    /// <summary>Whether NaN is a missing value, masked in encoder and loss; false: rows that hold it are refused. Where nothing is missing it makes no difference.</summary>
    public bool AcceptMissing { get; init; } = true;

    /// <summary>Whether that a value is missing may itself be the anomaly: then the model has a flag behind the features for each column, which watches for gaps in it; raw rows stay as they are.
    /// False: gaps are mostly chance, and flags of chance are noise. Not with a <see cref="Network"/>.</summary>
    public bool IncludeMissingness { get; init; }

    /// <summary>Share of rows held out: half of them choose the best state, the other half calibrate decisions. 0: none, and the last state is the result.</summary>
    public double HeldOutFraction { get; init; } = 0.2;

    /// <summary>Most rows that a detector remembers, of those that train or choose the state (<see cref="ReferenceBank"/>); 0: none, and the score is L_x/β. More gain little: on fourteen public sets
    /// all rows (≤ 10,000) gave +.2 AUROC and +1.2 AP over 2,000 drawn by chance alone.</summary>
    public int ReferenceRows { get; init; } = 2000;

    /// <summary>Steps, rates, β, seed.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Networks, posterior and prior of your own, for any number of layers of any kind; null: dense ones of <see cref="HiddenWidths"/>. Its likelihood and prior count, not <see cref="Likelihood"/> and <see cref="Prior"/>.</summary>
    public VaeArchitecture? Network { get; init; }

    /// <summary>A model of the same features to go on from (a warm start); null: a training from the beginning.</summary>
    /// <remarks>Kept are its network, likelihood, prior, columns with their kinds and categories, and its scaling, so that codes and scores stay in the same units: the options above that
    /// choose these do not count. Its weights are where training starts, and stay the result unless rows that choose the state prefer others. Learnt anew from the given rows alone are the
    /// split, weights, remembered rows, active latents, costs of missing values, and whatever is calibrated: rows of the first training that still count must be given again.</remarks>
    public VaeModel? StartFrom { get; init; }

    /// <summary>Whether single features of a row may be missing, by the likelihood that counts.</summary>
    internal bool IsSeparable => (StartFrom?.Architecture ?? Network)?.Likelihood.IsSeparable ?? Likelihood.IsSeparable;

    /// <summary>The architecture for rows of so many features.</summary>
    /// <exception cref="ArgumentException">A size is out of range, or <see cref="Network"/> or <see cref="StartFrom"/> is for another number of features.</exception>
    public VaeArchitecture Architecture(int featureCount)
    {
        if (StartFrom is not null)
        {
            if (Network is not null) throw new ArgumentException($"{nameof(StartFrom)} brings its own network: leave {nameof(Network)} out.");
            return StartFrom.FeatureCount == featureCount ? StartFrom.Architecture : throw new ArgumentException($"The model to start from has {StartFrom.FeatureCount} features, the rows have {featureCount}.");
        }
        if (Network is null)
        {
            int latents = LatentDimension ?? Math.Min(featureCount, DefaultMaximumLatents);
            return (VaeArchitecture.Mirrored(featureCount, latents, HiddenWidths, HiddenActivation, Likelihood) with { Prior = Prior }).Validated();
        }
        if (Network.FeatureCount != featureCount) throw new ArgumentException($"The network has {Network.FeatureCount} features, the rows have {featureCount}.");
        return Network.Validated();
    }
}
