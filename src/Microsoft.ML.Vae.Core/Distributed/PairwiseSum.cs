using System.Numerics;
using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>A sum of weighted vectors, in double precision.</summary>
/// <param name="Weight">Sum of the weights.</param>
/// <param name="Values">Sum of weight times vector.</param>
internal sealed record WeightedSum(double Weight, double[] Values);

/// <summary>Sums in a fixed tree over the order of the summands, so that who computed them, and when, changes no bit.</summary>
/// <remarks>The tree is the binary one whose left half is a power of two: sums of aligned runs of 2ᵏ summands are its nodes, so that runs may be summed elsewhere beforehand.</remarks>
internal static class PairwiseSum
{
    /// <summary>The sum; null where all are. Summands are used up.</summary>
    public static WeightedSum? Of(ReadOnlySpan<WeightedSum?> summands)
    {
        if (summands.Length <= 1) return summands.IsEmpty ? null : summands[0];
        int left = Left(summands.Length);
        return Join(Of(summands[..left]), Of(summands[left..]));
    }

    /// <summary>The same sum of summands that are still to come: each node is joined as soon as both its halves are there.</summary>
    public static async Task<WeightedSum?> OfAsync(ArraySegment<Task<WeightedSum?>> summands)
    {
        if (summands.Count <= 1) return summands.Count == 0 ? null : await summands[0].ConfigureAwait(false);
        int half = Left(summands.Count);
        var (left, right) = (OfAsync(summands[..half]), OfAsync(summands[half..]));
        return Join(await left.ConfigureAwait(false), await right.ConfigureAwait(false));
    }

    private static int Left(int count) => (int)(BitOperations.RoundUpToPowerOf2((uint)count) / 2);

    private static WeightedSum? Join(WeightedSum? left, WeightedSum? right)
    {
        if (left is null || right is null) return left ?? right;
        TensorPrimitives.Add<double>(left.Values, right.Values, left.Values);
        return left with { Weight = left.Weight + right.Weight };
    }
}
