namespace Microsoft.ML.Vae.Core;

/// <summary>How often each text occurs: exactly up to a bound of different ones, beyond it the frequent ones (Misra and Gries 1982) and how many there are about.</summary>
/// <remarks>Beyond the bound a count is too low by at most the number of texts divided by the bound, and the number of different texts is known to 2 % (bottom-k sketch, Bar-Yossef et al. 2002).</remarks>
internal sealed class ValueCounts
{
    private const int DefaultBound = 1 << 16, SketchSize = 1 << 12;

    private readonly int _bound;
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly SortedSet<ulong> _lowest = [];
    private bool _isExact = true, _isUnique = true;

    public ValueCounts(int bound = DefaultBound) => _bound = bound;

    /// <summary>Number of different texts.</summary>
    public long Distinct => _isExact ? _counts.Count : _lowest.Count < SketchSize ? _lowest.Count : (long)((SketchSize - 1) / (_lowest.Max / (double)ulong.MaxValue));

    /// <summary>Whether no text occurred twice, as far as they were counted one by one.</summary>
    public bool IsUnique => _isUnique;

    public void Add(string text)
    {
        if (!_isExact) Sketch(text);
        if (_counts.TryGetValue(text, out long count))
        {
            _counts[text] = count + 1;
            _isUnique = false;
        }
        else if (_counts.Count < _bound)
        {
            _counts[text] = 1;
        }
        else
        {
            if (_isExact) Overflow(text);
            foreach (var (other, seen) in _counts.ToArray())
                if (seen == 1) _counts.Remove(other);
                else _counts[other] = seen - 1;
        }
    }

    /// <summary>The texts that occur at least that often, most frequent first, equally frequent ones in ordinal order.</summary>
    public IEnumerable<string> MostFrequent(int least) =>
        _counts.Where(c => c.Value >= least).OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => c.Key);

    private void Overflow(string text)
    {
        _isExact = false;
        foreach (string seen in _counts.Keys) Sketch(seen);
        Sketch(text);
    }

    private void Sketch(string text)
    {
        ulong hash = TextHash.Of(text);
        if (_lowest.Count == SketchSize && hash >= _lowest.Max) return;
        if (_lowest.Add(hash) && _lowest.Count > SketchSize) _lowest.Remove(_lowest.Max);
    }
}
