namespace Microsoft.ML.Vae.Core;

/// <summary>Scores batches of raw rows as a detector does: L_x/β, or with a bank the decoder's residual and how unlike the row is to every known one. Owns its buffers: one per thread.</summary>
/// <remarks>Contributions of features and latents sum to the score of a complete row. What is missing contributes nothing; with a bank it is imputed, and that is all, without one its average cost
/// is added. A row's result depends on that row alone; one that holds infinity, or nothing that is observed, yields NaN everywhere.</remarks>
public sealed class AnomalyScorer
{
    private readonly VaeModel _model;
    private readonly BankScorer? _bank;
    private readonly DecoderResidual? _residual;
    private readonly double[] _features, _neighbours, _latents, _scores;

    /// <summary>Allocates for batches of at most <paramref name="maximumRows"/>.</summary>
    public AnomalyScorer(AnomalyModel model, int maximumRows)
        : this(Given(model).Vae, model.Estimator, model.Bank, maximumRows) { }

    /// <summary>The same before there is a calibration.</summary>
    internal AnomalyScorer(VaeModel model, LossEstimator estimator, ReferenceBank? bank, int maximumRows)
    {
        (_model, Vae) = (model, new VaeScorer(model, maximumRows, estimator));
        if (bank is not null) (_bank, _residual, Known) = (new BankScorer(bank, maximumRows), new DecoderResidual(model), Math.Min(ReferenceBank.NearestCount, bank.Count));
        int m = model.FeatureCount;
        (_features, _neighbours) = (new double[maximumRows * m], new double[bank is null ? 0 : maximumRows * m]);
        (_latents, _scores) = (new double[maximumRows * model.LatentDimension], new double[maximumRows]);
    }

    /// <summary>What the VAE alone says of the same rows.</summary>
    public VaeScorer Vae { get; }

    /// <summary>Known rows reported for each row: 5, or as many as the bank holds; 0 without a bank.</summary>
    public int Known { get; }

    /// <summary>Scores, [rows], nats; higher = more anomalous.</summary>
    public ReadOnlySpan<double> Scores => _scores;

    /// <summary>Each feature's part of the score, [rows, m], nats; below 0 only where a bank's row is less remarkable than its neighbours are.</summary>
    public ReadOnlySpan<double> FeatureContributions => _features;

    /// <summary>What of <see cref="FeatureContributions"/> is due to the known rows: unlike any of them in this feature, less their own level; [rows, m], empty without a bank.</summary>
    public ReadOnlySpan<double> NeighbourContributions => _neighbours;

    /// <summary>Each latent's part of the score, [rows, n], nats.</summary>
    public ReadOnlySpan<double> LatentContributions => _latents;

    /// <summary>The nearest known rows of a row of the last batch, nearest first, as indices into the bank; −1 where the row is not finite.</summary>
    public ReadOnlySpan<int> NearestRows(int row) => _bank is null ? default : _bank.Nearest(row);

    /// <summary>Computes scores and the wanted outputs of <paramref name="count"/> raw rows, [count, m], with or without the flags of a model that watches for gaps; scores where the loss is wanted.</summary>
    /// <exception cref="ArgumentException">Too many rows, or a wrong number of values.</exception>
    public void Score(ReadOnlySpan<float> rows, int count, VaeOutputs wanted)
    {
        Vae.Score(rows, count, wanted);
        if ((wanted & VaeOutputs.Loss) == 0 || count == 0) return;
        int m = _model.FeatureCount, n = _model.LatentDimension;
        if (_bank is null)
        {
            for (int i = 0; i < count * m; i++) _features[i] = Vae.FeatureLoss[i] / _model.KlWeight;
            for (int j = 0; j < count * n; j++) _latents[j] = Vae.LatentLoss[j] / _model.KlWeight;
            for (int r = 0; r < count; r++) _scores[r] = Vae.Loss[r] / _model.KlWeight;
            return;
        }
        _bank.Score(Vae.Scaled[..(count * m)], Vae.Mean, count, _neighbours, _latents);
        _neighbours.AsSpan(0, count * m).CopyTo(_features);
        for (int j = 0; _bank.UsesDivergence && j < count * n; j++) _latents[j] = BankScorer.Share * Vae.LatentLoss[j] / _model.KlWeight;
        for (int r = 0; r < count; r++) Sum(r, _features.AsSpan(r * m, m), _latents.AsSpan(r * n, n));
    }

    private static AnomalyModel Given(AnomalyModel model) => model ?? throw new ArgumentNullException(nameof(model));

    private void Sum(int r, Span<double> features, Span<double> latents)
    {
        if (double.IsNaN(Vae.Loss[r]))
        {
            features.Fill(double.NaN);
            latents.Fill(double.NaN);
            _neighbours.AsSpan(r * features.Length, features.Length).Fill(double.NaN);
            _scores[r] = double.NaN;
            _bank!.Forget(r);
            return;
        }
        for (int i = 0; i < features.Length; i++)
            if (Vae.IsMissing(r, i)) features[i] = _neighbours[(r * features.Length) + i] = 0;
        _residual!.Add(Vae.FeatureLoss.Slice(r * features.Length, features.Length), features);
        double sum = 0;
        foreach (double part in features) sum += part;
        foreach (double part in latents) sum += part;
        _scores[r] = sum;
    }
}
