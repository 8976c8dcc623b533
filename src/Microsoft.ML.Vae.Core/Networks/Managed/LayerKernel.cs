namespace Microsoft.ML.Vae.Core;

/// <summary>A layer at one register width. Rows are independent: threads may work on different rows at once, each with scratch of its own.</summary>
/// <remarks>No sum depends on how rows are cut. Rows are padded to whole registers; what a kernel writes into padding stays harmless: zero deltas there stay zero.</remarks>
internal abstract unsafe class LayerKernel<T>(PlacedLayer at) where T : unmanaged, ILanes<T>
{
    public PlacedLayer At => at;

    /// <summary>Floats of a row of outputs, with padding.</summary>
    public virtual int Columns => AlignedBuffer.Padded(at.Output.Length);

    /// <summary>Whether outputs may take the inputs' place.</summary>
    public virtual bool IsInPlace => false;

    /// <summary>Whether its outputs are other values than its inputs.</summary>
    public virtual bool ChangesValues => true;

    /// <summary>Whether the way back needs its outputs: then no later layer may write over them.</summary>
    public virtual bool NeedsOutput => false;

    /// <summary>Whether ∂loss/∂x may take the place of ∂loss/∂y.</summary>
    public virtual bool IsGradientInPlace => IsInPlace;

    /// <summary>Whether it reads whole registers, so that its rows must be padded.</summary>
    public virtual bool ReadsPadding => false;

    /// <summary>Floats of scratch that each thread must bring.</summary>
    public virtual int ScratchLength => 0;

    /// <summary>Packed weights and bias; null where the layer has none.</summary>
    public virtual PackedMatrix<T>? Weights => null;

    /// <summary>What is learned beside the weights; null where there is nothing.</summary>
    public virtual TrainedBuffer? Bias => null;

    /// <summary>The parts into which its gradient is cut.</summary>
    public virtual IEnumerable<WeightRange> Ranges => Weights is null ? [] : Weights.Ranges();

    /// <summary>Multiplications per weight and row.</summary>
    public virtual int Uses => 1;

    /// <summary>y = f(x).</summary>
    public abstract void Forward(RowBlock x, RowBlock y, int rows, float* scratch);

    /// <summary>dx = Jᵀ dy.</summary>
    public abstract void InputGradient(RowBlock x, RowBlock y, RowBlock dy, RowBlock dx, int rows, float* scratch);

    /// <summary>dy = J dx for some directions at each row; [rows · directions].</summary>
    public abstract void Tangent(RowBlock x, RowBlock y, RowBlock dx, RowBlock dy, int rows, int directions, float* scratch);

    /// <summary>Writes, or adds, the gradient of one part over the rows.</summary>
    /// <param name="range">The part.</param>
    /// <param name="x">What came in.</param>
    /// <param name="dy">∂loss/∂ of what went out.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="weights">Of the part's weights, contiguous.</param>
    /// <param name="bias">Of the part's share of the bias; only where it has one.</param>
    /// <param name="add">Whether to add.</param>
    /// <param name="scratch">As long as <see cref="ScratchLength"/>.</param>
    /// <param name="ahead">What is needed afterwards; null: nothing.</param>
    public virtual void Gradient(in WeightRange range, RowBlock x, RowBlock dy, int rows, float* weights, float* bias, bool add, float* scratch, FetchList? ahead) =>
        throw new InvalidOperationException($"A {at.Layer.Kind} layer has no parameters.");

    /// <summary>Where a part's share of the bias begins, and how long it is, in whole registers.</summary>
    public virtual (int First, int Count) BiasOf(in WeightRange range) => range.HasBias ? (Weights!.Layout.FirstColumn(range.Panel), Weights.Layout.Width(range.Panel)) : (0, 0);

    /// <summary>Takes one kind of value (parameters or a moment) from a buffer in the order of the parameter layout.</summary>
    public virtual void Import(ReadOnlySpan<float> source, Func<TrainedBuffer, AlignedBuffer> kind) { }

    /// <summary>The inverse of <see cref="Import"/>.</summary>
    public virtual void Export(Span<float> target, Func<TrainedBuffer, AlignedBuffer> kind) { }
}

/// <summary>A part of a layer's weights: some steps of one panel.</summary>
/// <param name="Panel">Panel.</param>
/// <param name="First">First step.</param>
/// <param name="Last">Step after the last.</param>
/// <param name="HasBias">Whether a share of the bias goes with it.</param>
internal readonly record struct WeightRange(int Panel, int First, int Last, bool HasBias);
