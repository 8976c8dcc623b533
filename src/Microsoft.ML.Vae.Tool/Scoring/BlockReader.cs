namespace Microsoft.ML.Vae.Tool;

/// <summary>Fills blocks with encoded rows.</summary>
internal sealed class BlockReader
{
    private readonly FieldRows _rows;
    private readonly RowEncoder _encoder;
    private readonly Shard _shard;
    private readonly int[] _carried;
    private readonly int _m;
    private long _number;

    /// <exception cref="TableException">The rows lack a column of the plan.</exception>
    public BlockReader(FieldRows rows, TablePlan plan, Shard shard, IReadOnlyList<string> carried)
    {
        (_rows, _encoder, _shard, _m) = (rows, new RowEncoder(plan.For(rows.Names), rows.Separator), shard, plan.FeatureCount);
        var names = rows.Names.ToList();
        _carried = [.. carried.Select(c => names.IndexOf(c) is >= 0 and var at ? at : throw new UserErrorException($"There is no column '{c}' to carry; the columns are: {string.Join(", ", names.Take(20))}."))];
    }

    /// <summary>Reads up to so many rows; false where there are none left.</summary>
    /// <exception cref="TableException">A field cannot be read; the row is named.</exception>
    public bool Fill(RowBlock block, int capacity)
    {
        while (block.Count < capacity && _rows.Next())
        {
            if (!_shard.Holds(++_number)) continue;
            int r = block.Count++;
            block.Numbers[r] = _number;
            Encode(block.Features.AsSpan(r * _m, _m));
            if (_carried.Length > 0) block.Carried[r] = [.. _carried.Select(_rows.Text)];
        }
        return block.Count > 0;
    }

    private void Encode(Span<float> features)
    {
        try
        {
            _encoder.Encode(_rows, features);
        }
        catch (TableException e)
        {
            throw new UserErrorException($"Row {_number}: {e.Message}");
        }
    }
}
