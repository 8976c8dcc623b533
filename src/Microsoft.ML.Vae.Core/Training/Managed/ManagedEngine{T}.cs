using System.Diagnostics;

namespace Microsoft.ML.Vae.Core;

/// <summary>The managed engine at one register width.</summary>
internal sealed unsafe class ManagedEngine<T> : ITrainingEngine, IPhasedEngine where T : unmanaged, ILanes<T>
{
    // Outputs and deltas of all layers for the rows of one slice stay in the second-level cache between the two phases; those of a chunk in reach of a core.
    private const int SliceBytes = 1 << 20, LeastSliceRows = 128, ChunkBytes = 2 << 20;

    // Fetching a row's feature from anywhere in memory takes as long as this many multiplications.
    private const int FetchCost = 40;

    private readonly ParameterLayout _layout;
    private readonly EngineSettings _settings;
    private readonly LayerKernel<T>[] _kernels;
    private readonly BoundPass<T> _rows;
    private readonly PriorPass<T>? _prior;
    private readonly RowLoss _loss;
    private readonly WeightBlock<T>[] _blocks;
    private readonly LikelihoodBlock<T> _likelihood;
    private readonly AlignedBuffer[] _scratch, _gradients;
    private readonly int _sliceRows;
    private readonly double[] _squares;
    private readonly PhaseRunner _phases;
    private readonly Action<int, int, int> _forward, _forwardBackward;
    private readonly Action<int, int> _update, _store, _apply;

    // What the running step works on.
    private AdamUpdate<T> _adam, _likelihoodAdam;
    private float _clipping;
    private bool _isFirst, _isLast;
    private long _steps;

    /// <summary>Starts at <paramref name="initial"/>.</summary>
    public ManagedEngine(VaeArchitecture architecture, VaeParameters initial, EngineSettings settings)
    {
        settings.Check(architecture, initial);
        (_layout, _settings) = (initial.Layout, settings);
        int m = architecture.FeatureCount, threads = settings.Threads, draws = settings.Bound.Draws;
        var (encoder, decoder) = (Encoder(architecture), Decoder());
        _kernels = [.. encoder, .. decoder];
        int bytesPerRow = StackPass<T>.BytesPerRow(encoder) + (draws * StackPass<T>.BytesPerRow(decoder));
        _sliceRows = Math.Min(settings.MaximumBatchSize, Math.Max(Math.Max(1, LeastSliceRows / draws), SliceBytes / bytesPerRow));
        int scratch = _kernels.Max(k => k.ScratchLength);
        _scratch = [.. Enumerable.Range(0, threads).Select(_ => new AlignedBuffer(scratch))];
        _loss = architecture.Likelihood.CreateLoss<T>(m, threads);
        _prior = architecture.Prior.IsStandardNormal ? null : new PriorPass<T>(architecture, _layout, encoder);
        _rows = new BoundPass<T>(architecture, settings, (encoder, decoder), _loss, _prior, _sliceRows, _scratch);
        _likelihood = new LikelihoodBlock<T>(architecture.Likelihood, m, _loss);
        StackPass<T>[] encoderPasses = _prior?.Encoder is { } pseudo ? [_rows.Encoder, pseudo] : [_rows.Encoder];
        StackPass<T>[] decoderPasses = _rows.DecoderAtMean is { } atMean ? [_rows.Decoder, atMean] : [_rows.Decoder];
        _blocks = [.. WeightBlock<T>.Cut(encoder, encoderPasses), .. WeightBlock<T>.Cut(decoder, decoderPasses)];
        int longest = _blocks.Max(b => b.ScratchLength);
        _gradients = [.. Enumerable.Range(0, threads).Select(_ => new AlignedBuffer(longest))];
        _squares = new double[_blocks.Length + 1];
        _phases = new PhaseRunner(threads, [.. _blocks.Select(b => b.Cost), 0], FetchCost * m, Math.Max(1, ChunkBytes / bytesPerRow));
        (_forward, _forwardBackward, _update, _store, _apply) = (_rows.Forward, _rows.ForwardBackward, UpdateBlock, StoreBlock, ApplyBlock);
        Load(new EngineState(initial.Values.ToArray(), new float[_layout.Length], new float[_layout.Length], 0));
    }

    /// <inheritdoc/>
    public (TimeSpan Rows, TimeSpan Blocks, long Phases) Spent => _phases.Spent;

    /// <inheritdoc/>
    public BoundTerms Step(in Minibatch batch, in StepSettings settings) => Step(batch, settings, static () => { });

    /// <inheritdoc/>
    public BoundTerms Step(in Minibatch batch, in StepSettings settings, Action meanwhile)
    {
        long start = Stopwatch.GetTimestamp();
        _steps++;
        _adam = new AdamUpdate<T>(_settings.Beta1, _settings.Beta2, _settings.Epsilon, settings.LearningRate, _steps);
        _likelihoodAdam = new AdamUpdate<T>(_settings.Beta1, _settings.Beta2, _settings.Epsilon, settings.LearningRate * _settings.LikelihoodRateFactor, _steps);
        bool fused = batch.Count <= _sliceRows && double.IsPositiveInfinity(settings.MaximumGradientNorm);
        var terms = Run(batch, settings.KlWeight, _forwardBackward, fused ? _update : _store, meanwhile);
        if (!fused)
        {
            _clipping = (float)Math.Min(1, settings.MaximumGradientNorm / Math.Sqrt(Sum(_squares) + PriorSquares()));
            _phases.RunBlocks(_apply, null);
        }
        ApplyPrior(fused ? 1f : _clipping);
        _phases.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, batch.Count);
        return terms;
    }

    /// <inheritdoc/>
    public BoundTerms Evaluate(in Minibatch batch, double klWeight) => Run(batch, klWeight, _forward, null);

    /// <inheritdoc/>
    public void RowLosses(in Minibatch batch, double klWeight, Span<double> losses) => Run(batch, klWeight, _forward, null, losses: losses);

    /// <inheritdoc/>
    public BoundTerms Gradient(in Minibatch batch, double klWeight, Span<float> gradient)
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

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double v in values) sum += v;
        return sum;
    }

    // Nobody asks for a gradient below the first layer that learns, unless pseudo-inputs do; the head's two groups start on cache lines of their own.
    private LayerKernel<T>[] Encoder(VaeArchitecture architecture)
    {
        int lowest = architecture.Prior.PseudoInputCount > 0 ? -1 : StackPass<T>.Lowest(_layout.Encoder);
        var hidden = _layout.Encoder.SkipLast(1).Select((layer, l) => layer.Accept(new LayerKernels<T>(hasInputGradient: l > lowest)));
        return [.. hidden, new DenseKernel<T>(_layout.Head, _layout.Encoder.Count - 1 > lowest, AlignedBuffer.Padded(architecture.LatentDimension), architecture.LatentDimension)];
    }

    private LayerKernel<T>[] Decoder()
    {
        var visitor = new LayerKernels<T>(hasInputGradient: true);
        return [.. _layout.Decoder.Select(l => l.Accept(visitor))];
    }

    // Both phases, slice after slice; other work beside the last.
    private BoundTerms Run(in Minibatch batch, double klWeight, Action<int, int, int> rows, Action<int, int>? blocks, Action? meanwhile = null, Span<double> losses = default)
    {
        _loss.Prepare(_likelihood.Values);
        _rows.Begin(batch, klWeight);
        var terms = default(BoundTerms);
        int slices = (batch.Count + _sliceRows - 1) / _sliceRows;
        for (int s = 0; s < slices; s++)
        {
            int first = (int)((long)batch.Count * s / slices);
            (_isFirst, _isLast) = (s == 0, s == slices - 1);
            _rows.Slice(first, (int)((long)batch.Count * (s + 1) / slices) - first);
            _phases.RunRows(_rows.Encoder.Rows, rows);
            terms = _rows.Terms(terms);
            if (!losses.IsEmpty) _rows.WriteLosses(losses);
            if (blocks is null) continue;
            FinishPrior();
            _phases.RunBlocks(blocks, _isLast ? meanwhile : null);
        }
        return terms;
    }

    // Pseudo-inputs go back through the encoder when the last row has been seen: their pass counts in the last slice alone.
    private void FinishPrior()
    {
        if (_prior is null) return;
        _rows.AddPriorGradient();
        if (_isLast) _prior.Finish(_scratch[0].Pointer);
        if (_prior.Encoder is { } pseudo) pseudo.Rows = _isLast ? pseudo.MaximumRows : 0;
    }

    private double PriorSquares() => _prior is { Parameters.Length: > 0 } prior ? Reductions<T>.SumOfSquares(prior.Parameters.Gradient.Pointer, prior.Parameters.Length) : 0;

    private void ApplyPrior(float scale)
    {
        if (_prior is { Parameters.Length: > 0 } prior) _adam.Apply(prior.Parameters, 0, prior.Parameters.Length, prior.Parameters.Gradient.Pointer, scale);
    }

    // The last item of a block phase is the likelihood's own block.
    private void UpdateBlock(int item, int thread)
    {
        if (item < _blocks.Length)
        {
            _blocks[item].Update(_adam, _gradients[thread].Pointer, _scratch[thread].Pointer);
            return;
        }
        LikelihoodGradient();
        _likelihood.Apply(_likelihoodAdam, 1f);
    }

    private void StoreBlock(int item, int thread) =>
        _squares[item] = item < _blocks.Length ? _blocks[item].StoreGradient(add: !_isFirst, _scratch[thread].Pointer) : LikelihoodGradient();

    private void ApplyBlock(int item, int thread)
    {
        if (item < _blocks.Length)
            _blocks[item].Apply(_adam, _clipping);
        else
            _likelihood.Apply(_likelihoodAdam, _clipping);
    }

    private double LikelihoodGradient()
    {
        _likelihood.Accumulate(_rows, _isFirst);
        return _isLast ? _likelihood.Finish() : 0;
    }

    private void Import(ReadOnlySpan<float> source, Func<TrainedBuffer, AlignedBuffer> kind)
    {
        foreach (var kernel in _kernels) kernel.Import(source, kind);
        _layout.Likelihood.Of(source).CopyTo(kind(_likelihood.Parameters).Span);
        if (_prior is not null) _layout.Prior.Of(source).CopyTo(kind(_prior.Parameters).Span);
    }

    private void Export(Span<float> target, Func<TrainedBuffer, AlignedBuffer> kind)
    {
        foreach (var kernel in _kernels) kernel.Export(target, kind);
        kind(_likelihood.Parameters).Span[.._layout.Likelihood.Length].CopyTo(_layout.Likelihood.Of(target));
        if (_prior is not null) kind(_prior.Parameters).Span[.._layout.Prior.Length].CopyTo(_layout.Prior.Of(target));
    }
}
