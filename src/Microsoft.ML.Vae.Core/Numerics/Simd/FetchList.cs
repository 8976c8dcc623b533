namespace Microsoft.ML.Vae.Core;

/// <summary>Memory that is needed when a product is done: the product fetches it into the second-level cache, a line with each of its steps.</summary>
/// <remarks>A multiplier at its peak leaves the way to memory idle; what follows the product would leave the multipliers idle.</remarks>
internal sealed unsafe class FetchList(params (nint First, int Floats)[] places)
{
    private int _place, _float;

    /// <summary>Begins anew.</summary>
    public void Restart() => (_place, _float) = (0, 0);

    /// <summary>Where the next lines begin; null when all are on their way.</summary>
    public float* Take(int lines)
    {
        for (; _place < places.Length; (_place, _float) = (_place + 1, 0))
        {
            var (first, floats) = places[_place];
            if (_float >= floats) continue;
            float* next = (float*)first + _float;
            _float += lines * CacheHint.LineFloats;
            return next;
        }
        return null;
    }
}
