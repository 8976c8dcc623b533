using Microsoft.ML.Data;

namespace Microsoft.ML.Vae;

/// <summary>Reads a batch ahead, scores it at once, serves it row by row. Active columns that pass through, row ids and batches are buffered with it.</summary>
internal sealed class BatchedCursor : DataViewRowCursor
{
    private readonly RowTransformer _transformer;
    private readonly DataViewRowCursor _input;
    private readonly ActiveColumns _active;
    private readonly ColumnBuffer?[] _passed;
    private readonly IBatchComputation _computation;
    private readonly ValueGetter<DataViewRowId> _id;
    private readonly DataViewRowId[] _ids;
    private readonly long[] _batches;
    private int _count, _slot = -1;
    private long _position = -1;
    private bool _inputEnded, _ended, _disposed;

    public BatchedCursor(RowTransformer transformer, DataViewRowCursor input, DataViewSchema schema, ActiveColumns active)
    {
        (_transformer, _input, Schema, _active) = (transformer, input, schema, active);
        int capacity = transformer.BatchSize;
        _passed = [.. input.Schema.Select(c => active[c] ? ColumnBuffer.Create(input, c, capacity) : null)];
        _computation = transformer.Bind(input, active.Added, capacity);
        (_id, _ids, _batches) = (input.GetIdGetter(), new DataViewRowId[capacity], new long[capacity]);
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => _slot < 0 ? 0 : _batches[_slot];

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column];

    public override bool MoveNext()
    {
        if (_ended || _disposed) return false;
        if (_slot + 1 < _count)
        {
            _slot++;
        }
        else
        {
            // Where reading or computing throws, the cursor is at its end: what was read is never served.
            (_slot, _count, _ended) = (-1, 0, true);
            _count = Fill();
            (_slot, _ended) = (0, false);
        }
        if (_count == 0)
        {
            (_ended, _slot, _position) = (true, -1, -1);
            return false;
        }
        _position++;
        return true;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[CurrentSlot()];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        int added = _active.Check<TValue>(column);
        return (ValueGetter<TValue>)(added < 0 ? _passed[column.Index]!.Getter(CurrentSlot) : _computation.Getter(added, CurrentSlot));
    }

    protected override void Dispose(bool disposing)
    {
        if (_disposed) return;
        _disposed = true;
        if (disposing)
        {
            _computation.End();
            _input.Dispose();
        }
        base.Dispose(disposing);
    }

    // Number of rows read and computed.
    private int Fill()
    {
        int count = 0;
        Stopping.ThrowIfRequested(_transformer.Host, CancellationToken.None);
        while (!_inputEnded && count < _ids.Length)
        {
            if (!_input.MoveNext())
            {
                _inputEnded = true;
                break;
            }
            foreach (var column in _passed) column?.Fetch(count);
            _computation.Fetch(count);
            _id(ref _ids[count]);
            _batches[count++] = _input.Batch;
        }
        if (count > 0) _computation.Compute(count);
        return count;
    }

    private int CurrentSlot() => _slot >= 0 ? _slot
        : throw new InvalidOperationException("Cannot call a getter when the cursor is not on a row (before MoveNext, or after it returned false).");
}
