namespace Microsoft.ML.Vae.Core;

/// <summary>Blocks of scores become distributions; less the largest score of a block, so that nothing overflows.</summary>
internal sealed class PlainSoftmax(Softmax softmax, PlacedLayer at) : IPlainLayer
{
    private readonly (int First, int Length)[] _blocks = [.. softmax.Ranges()];
    private readonly int _length = at.Input.Length;

    public void Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, Span<float> y, int rows)
    {
        for (int r = 0; r < rows; r++)
            foreach (var (first, length) in _blocks) Normalize(x.Slice((r * _length) + first, length), y.Slice((r * _length) + first, length));
    }

    public void Backward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, Span<float> gradient, int rows)
    {
        for (int r = 0; r < rows; r++)
            foreach (var (first, length) in _blocks)
            {
                int from = (r * _length) + first;
                double mean = 0;
                for (int i = from; i < from + length; i++) mean += (double)y[i] * dy[i];
                for (int i = from; i < from + length; i++) dx[i] = (float)(y[i] * (dy[i] - mean));
            }
    }

    private static void Normalize(ReadOnlySpan<float> scores, Span<float> shares)
    {
        double largest = float.NegativeInfinity, sum = 0;
        foreach (float score in scores) largest = Math.Max(largest, score);
        foreach (float score in scores) sum += Math.Exp(score - largest);
        for (int i = 0; i < scores.Length; i++) shares[i] = (float)(Math.Exp(scores[i] - largest) / sum);
    }
}
