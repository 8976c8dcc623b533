using System.Runtime.ExceptionServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.Vae;

/// <summary>A batch shared out to several computations, which work at once: a row's result depends on that row alone, so that neither their number nor who computes a row changes a bit.</summary>
/// <remarks>Rows are fetched by the thread that reads, as ML.NET's cursors demand. A computation is bound when its first row arrives: short views need one.</remarks>
internal sealed class ParallelComputation : IBatchComputation
{
    // Rows that go to one computation before the next has its turn: enough to feed the kernels.
    private const int RunRows = 32;

    private readonly Func<int, IBatchComputation> _bind;
    private readonly IBatchComputation?[] _lanes;
    private readonly int _laneCapacity;

    /// <summary>Shares out.</summary>
    /// <param name="bind">Makes a computation of so many slots.</param>
    /// <param name="capacity">Slots in all.</param>
    /// <param name="threads">Most computations; fewer where the batch is short.</param>
    public ParallelComputation(Func<int, IBatchComputation> bind, int capacity, int threads)
    {
        int runs = (capacity + RunRows - 1) / RunRows;
        (_bind, _lanes) = (bind, new IBatchComputation?[Math.Clamp(threads, 1, runs)]);
        _laneCapacity = Math.Min(capacity, (runs + _lanes.Length - 1) / _lanes.Length * RunRows);
    }

    public void Fetch(int slot) => At(LaneOf(slot)).Fetch(PlaceOf(slot));

    public void Compute(int count)
    {
        int lanes = Math.Min(_lanes.Length, (count + RunRows - 1) / RunRows);
        if (lanes == 1)
        {
            At(0).Compute(count);
            return;
        }
        try
        {
            Parallel.For(0, lanes, lane => At(lane).Compute(CountOf(lane, count)));
        }
        catch (AggregateException e)
        {
            // As if one thread had computed all.
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    public void End()
    {
        foreach (var lane in _lanes) lane?.End();
    }

    public Delegate Getter(int output, Func<int> slot)
    {
        var first = At(0).Getter(output, () => PlaceOf(slot()));
        return _lanes.Length == 1 ? first : ((Routing)Activator.CreateInstance(typeof(Routing<>).MakeGenericType(first.GetType().GetGenericArguments()), this, output, slot, first)!).Getter;
    }

    private IBatchComputation At(int lane) => _lanes[lane] ??= _bind(_laneCapacity);

    private int LaneOf(int slot) => slot / RunRows % _lanes.Length;

    private int PlaceOf(int slot) => (slot / (RunRows * _lanes.Length) * RunRows) + (slot % RunRows);

    // Whole turns, and what the last turn leaves for this lane.
    private int CountOf(int lane, int count)
    {
        int turn = RunRows * _lanes.Length;
        return (count / turn * RunRows) + Math.Clamp((count % turn) - (lane * RunRows), 0, RunRows);
    }

    // The getter of whichever computation has the row.
    private abstract class Routing
    {
        public abstract Delegate Getter { get; }
    }

    private sealed class Routing<T> : Routing
    {
        private readonly ValueGetter<T>?[] _getters;
        private readonly ParallelComputation _owner;
        private readonly int _output;
        private readonly Func<int> _slot;

        public Routing(ParallelComputation owner, int output, Func<int> slot, Delegate first)
        {
            (_owner, _output, _slot, _getters) = (owner, output, slot, new ValueGetter<T>?[owner._lanes.Length]);
            _getters[0] = (ValueGetter<T>)first;
        }

        public override Delegate Getter => (ValueGetter<T>)Get;

        private void Get(ref T value)
        {
            int lane = _owner.LaneOf(_slot());
            (_getters[lane] ??= (ValueGetter<T>)_owner.At(lane).Getter(_output, () => _owner.PlaceOf(_slot())))(ref value);
        }
    }
}
