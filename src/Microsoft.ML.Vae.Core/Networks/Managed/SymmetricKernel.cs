namespace Microsoft.ML.Vae.Core;

/// <summary>A layer of symmetric Jacobian (softmax over blocks), row by row through its plain form: blocks are short, and seldom a whole number of registers.</summary>
internal sealed unsafe class SymmetricKernel<T>(PlacedLayer at, IPlainLayer plain) : LayerKernel<T>(at) where T : unmanaged, ILanes<T>
{
    private readonly int _length = at.Input.Length;

    public override bool NeedsOutput => true;

    public override void Forward(RowBlock x, RowBlock y, int rows, float* scratch)
    {
        for (int r = 0; r < rows; r++) plain.Forward([], x.Values(r, _length), y.Values(r, _length), 1);
    }

    public override void InputGradient(RowBlock x, RowBlock y, RowBlock dy, RowBlock dx, int rows, float* scratch)
    {
        for (int r = 0; r < rows; r++) plain.Backward([], x.Values(r, _length), y.Values(r, _length), dy.Values(r, _length), dx.Values(r, _length), [], 1);
    }

    // The Jacobian is symmetric: forward is backward.
    public override void Tangent(RowBlock x, RowBlock y, RowBlock dx, RowBlock dy, int rows, int directions, float* scratch)
    {
        for (int d = 0; d < rows * directions; d++)
            plain.Backward([], x.Values(d / directions, _length), y.Values(d / directions, _length), dx.Values(d, _length), dy.Values(d, _length), [], 1);
    }
}
