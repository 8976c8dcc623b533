using System.Diagnostics;

namespace Microsoft.ML.Vae.Core;

/// <summary>The managed engine at one register width.</summary>
internal sealed unsafe class ManagedEngine<T> : ITrainingEngine where T : unmanaged, ILanes<T>
{
    // Outputs and deltas of all layers for the rows of one slice stay in the second-level cache between the two phases.
    private const int SliceBytes = 1 << 20, LeastSliceRows = 128;

    // Fetching a row's feature from anywhere in memory takes as long as this many multiplications.
    private const int FetchCost = 40;

    private readonly VaeArchitecture _architecture;
    private readonly ParameterLayout _layout;
    private readonly EngineSettings _settings;
    private readonly PackedLayer<T>[] _encoderLayers, _decoderLayers;
    private readonly StackPass<T> _encoder, _decoder;
    private readonly StackPass<T>? _decoderAtMean;
    private readonly PosteriorPass<T> _posterior;
    private readonly IRowLoss _loss;
    private readonly WeightBlock<T>[] _blocks;
    private readonly LikelihoodBlock<T> _likelihood;
    private readonly AlignedBuffer _features;
    private readonly AlignedBuffer[] _scratch;
    private readonly int _sliceRows;
    private readonly float[] _weights, _klWeights;
    private readonly double[] _logLikelihood, _squares;
    private readonly PhaseRunner _phases;
    private readonly Action<int, int, int> _forward, _forwardBackward;
    private readonly Action<int, int> _update, _store, _apply;

    // What the running step works on.
    private Minibatch _batch;
    private AdamUpdate<T> _adam, _likelihoodAdam;
    private float _clipping;
    private int _first, _count;
    private long _steps;

    /// <summary>Starts at <paramref name="initial"/>.</summary>
    public ManagedEngine(VaeArchitecture architecture, VaeParameters initial, EngineSettings settings)
    {
        (_architecture, _layout, _settings) = (architecture, initial.Layout, settings);
        int m = architecture.FeatureCount, stride = AlignedBuffer.RowStride(m), threads = settings.Threads;
        int rows = _sliceRows = Math.Min(settings.MaximumBatchSize, Math.Max(LeastSliceRows, SliceBytes / BytesPerRow(_layout)));
        _features = new AlignedBuffer(rows * stride);
        _encoderLayers = [.. _layout.Encoder.Select((l, i) => new PackedLayer<T>(l, i == _layout.Encoder.Count - 1 ? 2 : 1, i > 0))];
        _decoderLayers = [.. _layout.Decoder.Select(l => new PackedLayer<T>(l, 1, true))];
        _encoder = new StackPass<T>(_encoderLayers, rows, _features, stride);
        _posterior = new PosteriorPass<T>(architecture.LatentDimension, rows, _encoder);
        _decoder = new StackPass<T>(_decoderLayers, rows, _posterior.Latent, _posterior.Stride);
        if (settings.LossForm == LossForm.Split) _decoderAtMean = new StackPass<T>(_decoderLayers, rows, _encoder.Output, _encoder.OutputStride);
        _loss = RowLoss.Create<T>(architecture.Likelihood, m, threads);
        StackPass<T>[] decoderPasses = _decoderAtMean is null ? [_decoder] : [_decoder, _decoderAtMean];
        _blocks = [.. WeightBlock<T>.Cut(_encoderLayers, _encoder), .. WeightBlock<T>.Cut(_decoderLayers, decoderPasses)];
        _likelihood = new LikelihoodBlock<T>(architecture.Likelihood, m, _loss);
        _scratch = [.. Enumerable.Range(0, threads).Select(_ => new AlignedBuffer(WeightBlock<T>.ScratchLength))];
        (_weights, _klWeights) = (new float[settings.MaximumBatchSize], new float[settings.MaximumBatchSize]);
        (_logLikelihood, _squares) = (new double[rows], new double[_blocks.Length + 1]);
        _phases = new PhaseRunner(threads, [.. _blocks.Select(b => b.Cost), 0], FetchCost * m);
        (_forward, _forwardBackward, _update, _store, _apply) = (ForwardRows, ForwardBackwardRows, UpdateBlock, StoreBlock, ApplyBlock);
        Load(new EngineState(initial.Values.ToArray(), new float[_layout.Length], new float[_layout.Length], 0));
    }

    /// <inheritdoc/>
    public ElboTerms Step(in Minibatch batch, in StepSettings settings) => Step(batch, settings, static () => { });

    /// <inheritdoc/>
    public ElboTerms Step(in Minibatch batch, in StepSettings settings, Action meanwhile)
    {
        long start = Stopwatch.GetTimestamp();
        _steps++;
        _adam = new AdamUpdate<T>(_settings, settings.LearningRate, _steps);
        _likelihoodAdam = new AdamUpdate<T>(_settings, settings.LearningRate * _settings.LikelihoodRateFactor, _steps);
        bool fused = batch.Count <= _sliceRows && double.IsPositiveInfinity(settings.MaximumGradientNorm);
        var terms = Run(batch, settings.KlWeight, _forwardBackward, fused ? _update : _store, meanwhile);
        if (!fused)
        {
            _clipping = (float)Math.Min(1, settings.MaximumGradientNorm / Math.Sqrt(Sum(_squares)));
            _phases.RunBlocks(_apply, null);
        }
        _phases.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, batch.Count);
        return terms;
    }

    /// <inheritdoc/>
    public ElboTerms Evaluate(in Minibatch batch, double klWeight) => Run(batch, klWeight, _forward, null);

    /// <inheritdoc/>
    public ElboTerms Gradient(in Minibatch batch, double klWeight, Span<float> gradient)
    {
        var terms = Run(batch, klWeight, _forwardBackward, _store);
        Export(gradient, static b => b.Gradient);
        return terms;
    }

    /// <inheritdoc/>
    public EngineState Save()
    {
        var state = new EngineState(new float[_layout.Length], new float[_layout.Length], new float[_layout.Length], _steps);
        Export(state.Parameters, static b => b.Values);
        Export(state.FirstMoment, static b => b.FirstMoment);
        Export(state.SecondMoment, static b => b.SecondMoment);
        return state;
    }

    /// <inheritdoc/>
    public void Load(EngineState state)
    {
        Import(state.Parameters, static b => b.Values);
        Import(state.FirstMoment, static b => b.FirstMoment);
        Import(state.SecondMoment, static b => b.SecondMoment);
        _steps = state.Steps;
    }

    /// <inheritdoc/>
    public void Dispose() => _phases.Dispose();

    private static int BytesPerRow(ParameterLayout layout) =>
        2 * sizeof(float) * layout.Encoder.Concat(layout.Decoder).Sum(l => AlignedBuffer.RowStride(l.Out));

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double v in values) sum += v;
        return sum;
    }

    // Each row's share of the batch average, and the parameters that the loss depends on.
    private void Begin(in Minibatch batch, double klWeight)
    {
        _batch = batch;
        double total = batch.Count;
        if (!batch.Weights.IsEmpty)
        {
            total = 0;
            foreach (float w in batch.Weights.Span[..batch.Count]) total += w;
            if (total <= 0) total = 1;
        }
        for (int r = 0; r < batch.Count; r++)
        {
            double weight = (batch.Weights.IsEmpty ? 1.0 : batch.Weights.Span[r]) / total;
            (_weights[r], _klWeights[r]) = ((float)weight, (float)(klWeight * weight));
        }
        _loss.Prepare(_likelihood.Values);
    }

    // Both phases, slice after slice; other work beside the last.
    private ElboTerms Run(in Minibatch batch, double klWeight, Action<int, int, int> rows, Action<int, int>? blocks, Action? meanwhile = null)
    {
        Begin(batch, klWeight);
        double logLikelihood = 0, kl = 0;
        int slices = (batch.Count + _sliceRows - 1) / _sliceRows;
        for (int s = 0; s < slices; s++)
        {
            _first = (int)((long)batch.Count * s / slices);
            _count = (int)((long)batch.Count * (s + 1) / slices) - _first;
            _phases.RunRows(_count, rows);
            for (int r = 0; r < _count; r++)
            {
                logLikelihood += _weights[_first + r] * _logLikelihood[r];
                kl += _weights[_first + r] * _posterior.Kl[r];
            }
            if (blocks is not null) _phases.RunBlocks(blocks, s == slices - 1 ? meanwhile : null);
        }
        return new ElboTerms(logLikelihood, kl, klWeight);
    }

    private void ForwardRows(int first, int count, int thread)
    {
        int m = _architecture.FeatureCount, n = _architecture.LatentDimension;
        var source = _batch.Features.Span[(_first * m)..];
        for (int r = first; r < first + count; r++) source.Slice(r * m, m).CopyTo(_features.Span[(r * _encoder.InputStride)..]);
        _encoder.Forward(first, count);
        _posterior.Sample(_batch.Noise.Span[(_first * n)..], first, count);
        _decoder.Forward(first, count);
        _decoderAtMean?.Forward(first, count);
        for (int r = first; r < first + count; r++) _logLikelihood[r] = RowLogLikelihood(r, thread);
    }

    private void ForwardBackwardRows(int first, int count, int thread)
    {
        ForwardRows(first, count, thread);
        _decoder.Backward(first, count, _posterior.LatentDelta, _posterior.Stride);
        _decoderAtMean?.Backward(first, count, _posterior.MeanDelta, _posterior.Stride);
        _posterior.Backward(_klWeights.AsSpan(_first), first, count);
        _encoder.Backward(first, count);
    }

    private double RowLogLikelihood(int r, int thread)
    {
        float* x = _features.Pointer + ((nint)r * _encoder.InputStride);
        nint at = (nint)r * _decoder.OutputStride;
        float* output = _decoder.Output.Pointer + at, delta = _decoder.OutputDelta.Pointer + at;
        double metricWeight = _architecture.Likelihood.RowWeight(new ReadOnlySpan<float>(x, _architecture.FeatureCount));
        float weight = (float)(_weights[_first + r] * metricWeight);
        double mode = _loss.LogLikelihoodAtMode(x);
        if (_decoderAtMean is null) return mode - (metricWeight * _loss.Distortion(x, output, delta, weight, thread));
        float* outputAtMean = _decoderAtMean.Output.Pointer + at, deltaAtMean = _decoderAtMean.OutputDelta.Pointer + at;
        double transform = _loss.Distortion(x, outputAtMean, deltaAtMean, weight, thread);
        double coding = _loss.CodingDistortion(outputAtMean, output, delta, deltaAtMean, weight, thread);
        return mode - (metricWeight * (transform + coding));
    }

    // The last item of a block phase is the likelihood's own block.
    private void UpdateBlock(int item, int thread)
    {
        if (item < _blocks.Length)
        {
            _blocks[item].Update(_count, _adam, _scratch[thread].Pointer);
            return;
        }
        LikelihoodGradient();
        _likelihood.Apply(_likelihoodAdam, 1f);
    }

    private void StoreBlock(int item, int thread) =>
        _squares[item] = item < _blocks.Length ? _blocks[item].StoreGradient(_count, add: _first > 0) : LikelihoodGradient();

    private void ApplyBlock(int item, int thread)
    {
        if (item < _blocks.Length)
            _blocks[item].Apply(_adam, _clipping);
        else
            _likelihood.Apply(_likelihoodAdam, _clipping);
    }

    private double LikelihoodGradient()
    {
        _likelihood.Accumulate(_features.Pointer, _encoder.InputStride, _weights.AsSpan(_first, _count), _decoder, _decoderAtMean, _first == 0);
        return _first + _count == _batch.Count ? _likelihood.Finish() : 0;
    }

    private void Import(ReadOnlySpan<float> source, Func<TrainedBuffer, AlignedBuffer> kind)
    {
        foreach (var layer in _encoderLayers) layer.Import(source, kind);
        foreach (var layer in _decoderLayers) layer.Import(source, kind);
        source.Slice(_layout.Likelihood.Offset, _layout.Likelihood.Length).CopyTo(kind(_likelihood.Parameters).Span);
    }

    private void Export(Span<float> target, Func<TrainedBuffer, AlignedBuffer> kind)
    {
        foreach (var layer in _encoderLayers) layer.Export(target, kind);
        foreach (var layer in _decoderLayers) layer.Export(target, kind);
        kind(_likelihood.Parameters).Span[.._layout.Likelihood.Length].CopyTo(target[_layout.Likelihood.Offset..]);
    }
}
