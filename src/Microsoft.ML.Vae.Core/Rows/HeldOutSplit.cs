namespace Microsoft.ML.Vae.Core;

/// <summary>Splits a source at random into rows to train on and rows held out. In memory by exact share; a stream row by row, by a hash of its place.</summary>
public static class HeldOutSplit
{
    /// <summary>Splits. Both parts together are the whole; the same seed gives the same parts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The share is not in [0, 1).</exception>
    public static (IRowSource Kept, IRowSource HeldOut) Split(IRowSource rows, double heldOutFraction, RandomStream random)
    {
        var isHeldOut = Draw(rows, heldOutFraction, random);
        return (rows.Where(place => !isHeldOut(place)), rows.Where(isHeldOut));
    }

    /// <summary>Tells of a place whether its row is held out.</summary>
    internal static Func<long, bool> Draw(IRowSource rows, double heldOutFraction, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (!(heldOutFraction >= 0 && heldOutFraction < 1)) throw new ArgumentOutOfRangeException(nameof(heldOutFraction), heldOutFraction, "Expected a share in [0, 1).");
        return rows.Draw(heldOutFraction, random);
    }
}
