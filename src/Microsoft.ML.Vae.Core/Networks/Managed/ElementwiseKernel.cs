namespace Microsoft.ML.Vae.Core;

/// <summary>An activation over whole registers; in place, unless its derivative needs the input.</summary>
internal sealed unsafe class ElementwiseKernel<T>(PlacedLayer at, Activation activation) : LayerKernel<T>(at) where T : unmanaged, ILanes<T>
{
    private readonly delegate*<float*, float*, nint, void> _forward = ActivationFunctions<T>.Forward(activation), _backward = ActivationFunctions<T>.Backward(activation);
    private readonly bool _needsInput = activation.NeedsInput();

    public override bool IsInPlace => !_needsInput;

    public override bool NeedsOutput => !_needsInput && activation != Activation.Linear;

    public override bool IsGradientInPlace => true;

    public override bool ReadsPadding => true;

    public override void Forward(RowBlock x, RowBlock y, int rows, float* scratch)
    {
        if (x.Stride == y.Stride) _forward(x.Pointer, y.Pointer, rows * y.Stride);
        else for (int r = 0; r < rows; r++) _forward(x.Row(r), y.Row(r), Columns);
    }

    public override void InputGradient(RowBlock x, RowBlock y, RowBlock dy, RowBlock dx, int rows, float* scratch)
    {
        var kept = _needsInput ? x : y;
        if (kept.Stride == dx.Stride && dy == dx)
        {
            _backward(kept.Pointer, dx.Pointer, rows * dx.Stride);
            return;
        }
        for (int r = 0; r < rows; r++)
        {
            if (dy != dx) dy.Values(r, Columns).CopyTo(dx.Values(r, Columns));
            _backward(kept.Row(r), dx.Row(r), Columns);
        }
    }

    public override void Tangent(RowBlock x, RowBlock y, RowBlock dx, RowBlock dy, int rows, int directions, float* scratch)
    {
        var kept = _needsInput ? x : y;
        for (int d = 0; d < rows * directions; d++)
        {
            if (dy != dx) dx.Values(d, Columns).CopyTo(dy.Values(d, Columns));
            _backward(kept.Row(d / directions), dy.Row(d), Columns);
        }
    }
}

/// <summary>The same values in another shape: nothing to compute where outputs take the inputs' place.</summary>
internal sealed unsafe class ReshapeKernel<T>(PlacedLayer at) : LayerKernel<T>(at) where T : unmanaged, ILanes<T>
{
    public override bool IsInPlace => true;

    public override bool ChangesValues => false;

    public override void Forward(RowBlock x, RowBlock y, int rows, float* scratch) => Copy(x, y, rows);

    public override void InputGradient(RowBlock x, RowBlock y, RowBlock dy, RowBlock dx, int rows, float* scratch) => Copy(dy, dx, rows);

    public override void Tangent(RowBlock x, RowBlock y, RowBlock dx, RowBlock dy, int rows, int directions, float* scratch) => Copy(dx, dy, rows * directions);

    private void Copy(RowBlock from, RowBlock to, int rows)
    {
        for (int r = 0; r < rows && from != to; r++) from.Values(r, At.Input.Length).CopyTo(to.Values(r, At.Input.Length));
    }
}
