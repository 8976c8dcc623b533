namespace Microsoft.ML.Vae.Core;

/// <summary>Shows some rows to some observers, and the other rows to others.</summary>
/// <param name="m">Number of features.</param>
/// <param name="isChosen">By place.</param>
/// <param name="ofChosen">Observers of the chosen rows.</param>
/// <param name="ofOthers">Observers of the others.</param>
internal sealed class SplitObserver(int m, Func<long, bool> isChosen, IRowObserver[] ofChosen, IRowObserver[] ofOthers) : IRowObserver
{
    private readonly Part _chosen = new(m, ofChosen), _others = new(m, ofOthers);

    public void Observe(ReadOnlySpan<float> features, ReadOnlySpan<float> weights, ReadOnlySpan<long> places)
    {
        for (int r = 0; r < places.Length; r++)
            (isChosen(places[r]) ? _chosen : _others).Add(features.Slice(r * m, m), weights[r], places[r]);
        _chosen.Show();
        _others.Show();
    }

    private sealed class Part(int m, IRowObserver[] observers)
    {
        private readonly float[] _features = new float[RowPass.BlockRows * m], _weights = new float[RowPass.BlockRows];
        private readonly long[] _places = new long[RowPass.BlockRows];
        private int _count;

        public void Add(ReadOnlySpan<float> row, float weight, long place)
        {
            row.CopyTo(_features.AsSpan(_count * m));
            (_weights[_count], _places[_count]) = (weight, place);
            _count++;
        }

        public void Show()
        {
            foreach (var observer in observers) observer.Observe(_features.AsSpan(0, _count * m), _weights.AsSpan(0, _count), _places.AsSpan(0, _count));
            _count = 0;
        }
    }
}
