using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>Takes missing values, NaN, out of scaled rows: each becomes 0, the mean of a standardised column, and is marked. Features that share outputs are missing together.</summary>
internal sealed class ObservedValues
{
    private readonly (int First, int Length)[] _blocks;

    private ObservedValues(Likelihood likelihood, int features) => _blocks = [.. Enumerable.Range(0, features).Select(likelihood.BlockOf)];

    /// <summary>Of a likelihood; null where its features cannot be told apart.</summary>
    public static ObservedValues? Of(Likelihood likelihood, int features) => likelihood.IsSeparable ? new ObservedValues(likelihood, features) : null;

    /// <summary>Whether any value is missing.</summary>
    public static bool IsIncomplete(ReadOnlySpan<float> rows) => TensorPrimitives.IsNaNAny(rows);

    /// <summary>Writes what is observed, 1, and what is not, 0; a missing value becomes 0.</summary>
    /// <param name="rows">[rows, m].</param>
    /// <param name="observed">[rows, m].</param>
    public void Separate(Span<float> rows, Span<float> observed)
    {
        int m = _blocks.Length;
        observed.Fill(1);
        for (int i = 0; i < rows.Length; i++)
        {
            if (!float.IsNaN(rows[i])) continue;
            var (first, length) = _blocks[i % m];
            int from = i - (i % m) + first;
            rows.Slice(from, length).Clear();
            observed.Slice(from, length).Clear();
        }
    }
}
