using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>Scores batches of raw rows with a model. Owns its buffers: one scorer per thread; results are valid until the next call.</summary>
/// <remarks>A row's result depends on that row alone: batch size and position change no bit. NaN in a row is a missing value: it has no loss of its own, and the row's loss gains what the
/// feature costs on average (<see cref="VaeModel.Missing"/>). A row that holds infinity, nothing else, or NaN that the model refuses, yields NaN everywhere.</remarks>
public sealed class VaeScorer
{
    private const int DecoderRows = SampledDistortion.MaximumDecoderRows;

    private readonly VaeModel _model;
    private readonly IForwardPass _encoder, _decoder;
    private readonly AnalyticDistortion? _analytic;
    private readonly SampledDistortion? _sampled;
    private readonly LatentDivergence _divergence;
    private readonly VolumeRatio _volume;
    private readonly IPlainLayer? _outputsToMean;
    private readonly float[] _scaled, _mean, _logVariance, _reconstruction;
    private readonly double[] _loss, _featureLoss, _latentLoss, _logVolumeRatio, _scaledLogVolumeRatio;
    private readonly double[]? _charges;
    private readonly bool[] _finite, _isUnit;
    private readonly ObservedValues? _missing;
    private readonly float[] _observed = [], _incomplete = [];
    private bool _isIncomplete;

    /// <summary>Allocates for batches of at most <paramref name="maximumRows"/>.</summary>
    public VaeScorer(VaeModel model, int maximumRows, LossEstimator estimator)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumRows);
        (_model, MaximumRows) = (model, maximumRows);
        int m = model.FeatureCount, n = model.LatentDimension;
        var layout = model.Parameters.Layout;
        _encoder = ForwardPass.Create(model.Parameters.Values, layout.Encoder, maximumRows);
        _decoder = ForwardPass.Create(model.Parameters.Values, layout.Decoder, DecoderRows);
        if (layout.MeanDecoder != layout.Decoder) _outputsToMean = layout.MeanDecoder[^1].Accept(PlainLayers.Instance);
        _divergence = new LatentDivergence(model, estimator);
        (_volume, _logVolumeRatio, _scaledLogVolumeRatio) = (new VolumeRatio(model), new double[maximumRows], new double[maximumRows]);
        if (estimator.Draws == 0)
            _analytic = new AnalyticDistortion(model);
        else
            _sampled = new SampledDistortion(model, estimator, _decoder, maximumRows);
        (_scaled, _reconstruction) = (new float[maximumRows * m], new float[maximumRows * m]);
        (_mean, _logVariance) = (new float[maximumRows * n], new float[maximumRows * n]);
        _isUnit = model.Architecture.Likelihood.UnitFeatures(m);
        _charges = _isUnit.Contains(true) ? new double[maximumRows * m] : null;
        (_loss, _featureLoss, _latentLoss) = (new double[maximumRows], new double[maximumRows * m], new double[maximumRows * n]);
        _finite = new bool[maximumRows];
        if (model.Missing is null) return;
        (_missing, _observed, _incomplete) = (ObservedValues.Of(model.Architecture.Likelihood, m), new float[maximumRows * m], new float[maximumRows * m]);
    }

    /// <summary>Largest batch.</summary>
    public int MaximumRows { get; }

    /// <summary>μ, [rows, n].</summary>
    public ReadOnlySpan<float> Mean => _mean;

    /// <summary>log σ², [rows, n].</summary>
    public ReadOnlySpan<float> LogVariance => _logVariance;

    /// <summary>x̆ = Dec(μ) in the unit of the raw features, [rows, m].</summary>
    public ReadOnlySpan<float> Reconstruction => _reconstruction;

    /// <summary>L_x = a_x E[D] + β KL ≥ 0, [rows], nats for a proper likelihood; higher = more anomalous. Of a row with missing values it holds their average costs, too.</summary>
    public ReadOnlySpan<double> Loss => _loss;

    /// <summary>a_x E[Dᵢ] ≥ 0, [rows, m]; 0 for what is missing. With <see cref="LatentLoss"/> it sums to the loss of a complete row.</summary>
    public ReadOnlySpan<double> FeatureLoss => _featureLoss;

    /// <summary>β KLⱼ, [rows, n]; ≥ 0 where the prior factorises, else an attribution of the divergence to latents.</summary>
    public ReadOnlySpan<double> LatentLoss => _latentLoss;

    /// <summary>½ ln det(J_AᵀG_xJ_A) − ½ ln det(J_AᵀJ_A) at μ, J_A in the raw features along the active latents, [rows], nats: log-density per unit volume of the raw features
    /// less that per unit volume of the loss metric. NaN where an active latent has no effect of its own on the reconstruction.</summary>
    public ReadOnlySpan<double> LogVolumeRatio => _logVolumeRatio;

    /// <summary>The same for the scaled features, [rows].</summary>
    public ReadOnlySpan<double> ScaledLogVolumeRatio => _scaledLogVolumeRatio;

    /// <summary>A value as a Single column stores it: finite unless it is NaN.</summary>
    public static float ToColumn(double value) => StableMath.ToFiniteSingle(value);

    /// <summary>The last rows as the encoder sees them, [rows, m].</summary>
    internal ReadOnlySpan<float> Scaled => _scaled;

    /// <summary>Whether a value of the last batch is missing.</summary>
    internal bool IsMissing(int row, int feature) => _isIncomplete && _observed[(row * _model.FeatureCount) + feature] == 0;

    /// <summary>Rows that passed the encoder and the decoder so far.</summary>
    internal (long Encoded, long Decoded) RowsComputed => (_encoder.RowsComputed, _decoder.RowsComputed + (_analytic?.RowsComputed ?? 0) + _volume.RowsComputed);

    /// <summary>Computes the wanted outputs of <paramref name="count"/> raw rows, [count, m].</summary>
    /// <exception cref="ArgumentException">More rows than <see cref="MaximumRows"/>, or a wrong number of values.</exception>
    public void Score(ReadOnlySpan<float> rows, int count, VaeOutputs wanted)
    {
        int m = _model.FeatureCount;
        if (count > MaximumRows || rows.Length != count * m)
            throw new ArgumentException($"Expected at most {MaximumRows} rows of {m} features, got {count} rows in {rows.Length} values.", nameof(rows));
        if (count == 0) return;
        for (int r = 0; r < count; r++) _finite[r] = IsFinite(rows.Slice(r * m, m));
        rows.CopyTo(_scaled);
        _model.Scaling.Apply(_scaled.AsSpan(0, rows.Length));
        if (_isIncomplete = _missing is not null && ObservedValues.IsIncomplete(rows)) Separate(rows, count);
        if (_charges is not null) UnitRange.Clamp(_scaled.AsSpan(0, rows.Length), _isUnit, _charges);
        if (_isIncomplete && wanted != VaeOutputs.None) Impute(count);
        if (wanted != VaeOutputs.None) Encode(count);
        if ((wanted & VaeOutputs.Reconstruction) != 0) Reconstruct(count);
        if ((wanted & VaeOutputs.Loss) != 0) ComputeLoss(count);
        if ((wanted & VaeOutputs.Volume) != 0) ComputeVolume(count);
    }

    // What remains of a row is judged by itself, where there is anything.
    private void Separate(ReadOnlySpan<float> rows, int count)
    {
        int m = _model.FeatureCount;
        for (int r = 0; r < count; r++)
        {
            if (_finite[r]) continue;
            var row = rows.Slice(r * m, m);
            foreach (float x in row) _finite[r] |= float.IsFinite(x);
            foreach (float x in row) _finite[r] &= !float.IsInfinity(x);
        }
        _missing!.Separate(_scaled.AsSpan(0, rows.Length), _observed.AsSpan(0, rows.Length));
    }

    // The incomplete rows alone, side by side: missing values become what is reconstructed in their place.
    private void Impute(int count)
    {
        int m = _model.FeatureCount, n = _model.LatentDimension, rows = 0, length = _model.Parameters.Layout.Head.Output.Length;
        var places = new int[count];
        for (int r = 0; r < count; r++)
            if (_observed.AsSpan(r * m, m).Contains(0f)) places[rows++] = r;
        for (int round = 0; round < _model.Missing!.Rounds; round++)
        {
            for (int k = 0; k < rows; k++) _scaled.AsSpan(places[k] * m, m).CopyTo(_incomplete.AsSpan(k * m));
            var heads = _encoder.Run(_incomplete, rows);
            for (int k = 0; k < rows; k++) heads.Slice(k * length, n).CopyTo(_mean.AsSpan(k * n));
            Decode(rows, _incomplete);
            for (int k = 0; k < rows; k++)
                for (int i = 0; i < m; i++)
                    if (_observed[(places[k] * m) + i] == 0) _scaled[(places[k] * m) + i] = _incomplete[(k * m) + i];
        }
    }

    private static bool IsFinite(ReadOnlySpan<float> row)
    {
        foreach (float x in row)
            if (!float.IsFinite(x)) return false;
        return true;
    }

    private void Encode(int count)
    {
        int n = _model.LatentDimension, length = _model.Parameters.Layout.Head.Output.Length;
        var head = _encoder.Run(_scaled, count);
        for (int r = 0; r < count; r++)
            for (int j = 0; j < n; j++)
            {
                float mean = head[(r * length) + j], logVariance = head[(r * length) + _model.Architecture.Posterior.LogVarianceAt(n, j)];
                _mean[(r * n) + j] = _finite[r] ? mean : float.NaN;
                _logVariance[(r * n) + j] = _finite[r] ? Math.Clamp(logVariance, DiagonalGaussian.MinimumLogVariance, DiagonalGaussian.MaximumLogVariance) : float.NaN;
            }
    }

    private void Reconstruct(int count)
    {
        Decode(count, _reconstruction);
        _model.Scaling.Undo(_reconstruction.AsSpan(0, count * _model.FeatureCount));
    }

    // x̆ at the first means, scaled.
    private void Decode(int count, float[] reconstruction)
    {
        int m = _model.FeatureCount, n = _model.LatentDimension;
        for (int from = 0; from < count; from += DecoderRows)
        {
            int rows = Math.Min(DecoderRows, count - from);
            var target = reconstruction.AsSpan(from * m, rows * m);
            var outputs = _decoder.Run(_mean.AsSpan(from * n, rows * n), rows);
            if (_outputsToMean is null) outputs.CopyTo(target);
            else _outputsToMean.Forward([], outputs, target, rows);
        }
    }

    private void ComputeLoss(int count)
    {
        int m = _model.FeatureCount, n = _model.LatentDimension;
        _sampled?.Compute(_scaled, _mean, _logVariance, count, _featureLoss);
        _analytic?.Compute(_scaled, _mean, _logVariance, count, _featureLoss);
        if (_charges is not null) TensorPrimitives.Add<double>(_featureLoss.AsSpan(0, count * m), _charges.AsSpan(0, count * m), _featureLoss);
        for (int r = 0; r < count; r++)
        {
            double weight = _model.Architecture.Likelihood.RowWeight(_scaled.AsSpan(r * m, m)), sum = _isIncomplete ? TakeMissing(r) : 0;
            for (int i = 0; i < m; i++) sum += _featureLoss[(r * m) + i] = Finite(r, weight * _featureLoss[(r * m) + i]);
            _divergence.Compute(_mean.AsSpan(r * n, n), _logVariance.AsSpan(r * n, n), _latentLoss.AsSpan(r * n, n));
            for (int j = 0; j < n; j++) sum += _latentLoss[(r * n) + j] = Finite(r, _model.KlWeight * _latentLoss[(r * n) + j]);
            _loss[r] = Finite(r, sum);
        }
    }

    // Clears the terms of missing values; returns what they cost.
    private double TakeMissing(int r)
    {
        double costs = 0;
        for (int i = 0; i < _model.FeatureCount; i++)
        {
            int at = (r * _model.FeatureCount) + i;
            if (_observed[at] != 0) continue;
            (_featureLoss[at], costs) = (0, costs + _model.Missing!.Costs[i]);
        }
        return costs;
    }

    private void ComputeVolume(int count)
    {
        _volume.Compute(_scaled.AsSpan(0, count * _model.FeatureCount), _mean.AsSpan(0, count * _model.LatentDimension), count, _logVolumeRatio, _scaledLogVolumeRatio);
        for (int r = 0; r < count; r++)
        {
            if (!_finite[r] || !double.IsFinite(_logVolumeRatio[r])) _logVolumeRatio[r] = double.NaN;
            if (!_finite[r] || !double.IsFinite(_scaledLogVolumeRatio[r])) _scaledLogVolumeRatio[r] = double.NaN;
        }
    }

    // A finite row whose reconstruction overflows is as anomalous as a row can be, not undefined.
    private double Finite(int r, double value) => !_finite[r] ? double.NaN : double.IsFinite(value) ? value : float.MaxValue;
}
