namespace Microsoft.ML.Vae.Core;

/// <summary>A random draw of at most so many rows from a stream of unknown length: of all rows, those whose places hash lowest.</summary>
/// <remarks>Every row is as likely as any other, wherever it stands; which are drawn depends on their places and the stream of random numbers alone.
/// Where there are no more rows than may be drawn, all are. What is kept of a row lies in a slot that a later row may take over.</remarks>
internal sealed class RowDraw(int maximumRows, RandomStream random)
{
    private readonly List<double> _hashes = [];
    private readonly List<long> _arrivals = [];
    private PriorityQueue<int, double>? _worstFirst;

    /// <summary>Number of rows offered.</summary>
    public long Offered { get; private set; }

    /// <summary>Offers the next row: the slot that is its own from now on, one beyond the last or a used one; −1 where it is not drawn.</summary>
    public int Offer(long place)
    {
        double hash = random.Uniform(place);
        long arrival = Offered++;
        if (_hashes.Count < maximumRows)
        {
            _hashes.Add(hash);
            _arrivals.Add(arrival);
            return _hashes.Count - 1;
        }
        _worstFirst ??= new PriorityQueue<int, double>(_hashes.Select((h, slot) => (slot, -h)));
        if (!_worstFirst.TryPeek(out int worst, out double negative) || hash >= -negative) return -1;
        _worstFirst.DequeueEnqueue(worst, -hash);
        _arrivals[worst] = arrival;
        return worst;
    }

    /// <summary>The slots in the order in which their rows came.</summary>
    public int[] SlotsInOrder() => [.. Enumerable.Range(0, _arrivals.Count).OrderBy(slot => _arrivals[slot])];
}
