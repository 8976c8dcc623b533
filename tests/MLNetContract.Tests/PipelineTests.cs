namespace MLNetContract.Tests;

public class PipelineTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void Chain_keeps_its_parts_in_order()
    {
        var data = _ml.Data.LoadFromEnumerable(Row.Make(5));
        var model = _ml.Transforms.Concatenate("F", "A", "B").Append(_ml.Transforms.NormalizeMinMax("F")).AppendCacheCheckpoint(_ml)
            .Append(_ml.Transforms.CopyColumns("G", "F")).Fit(data);
        Assert.Equal(3, model.Count());
        Assert.IsType<Microsoft.ML.Transforms.ColumnCopyingTransformer>(model.LastTransformer);
        Assert.Same(model.LastTransformer, model.Last());
        Assert.True(((ITransformer)model).IsRowToRowMapper);
        Assert.Equal(model.Transform(data).Schema.Select(c => c.ToString()), model.GetOutputSchema(data.Schema).Select(c => c.ToString()));
    }

    [Fact]
    public void Fit_checks_the_whole_chain_before_it_reads()
    {
        bool read = false;
        IEnumerable<Row> Rows()
        {
            read = true;
            yield return new Row();
        }
        var data = _ml.Data.LoadFromEnumerable(Rows());
        var chain = _ml.Transforms.NormalizeMinMax("A").Append(_ml.Transforms.CopyColumns("X", "Nope"));
        Read.Throws<ArgumentOutOfRangeException>("Could not find input column 'Nope'", () => chain.Fit(data));
        Assert.False(read);
        Assert.Throws<InvalidOperationException>(() => new EstimatorChain<ITransformer>().AppendCacheCheckpoint(_ml));
    }

    [Fact]
    public void Promised_shapes_match_actual_columns()
    {
        var data = _ml.Data.LoadFromEnumerable(Row.Make(6));
        var estimator = _ml.Transforms.Categorical.OneHotEncoding("Hot", "Text").Append(_ml.Transforms.Concatenate("F", "A", "Known", "Hot"))
            .Append(_ml.Transforms.NormalizeMinMax("F")).Append(_ml.Transforms.Conversion.MapValueToKey("K", "Text"));
        var shape = estimator.GetOutputSchema(ShapeOf(data));
        var actual = estimator.Fit(data).GetOutputSchema(data.Schema);
        foreach (var promise in shape)
        {
            var column = actual[promise.Name];
            Assert.Equal(promise.IsKey, ((column.Type as VectorDataViewType)?.ItemType ?? column.Type) is KeyDataViewType);
            Assert.Equal(promise.Kind == SchemaShape.Column.VectorKind.Scalar, column.Type is not VectorDataViewType);
            Assert.Equal(promise.Annotations.Select(a => a.Name).Order(), column.Annotations.Schema.Select(a => a.Name).Order());
        }
    }

    // A chain's first estimator sees the shape of the data: a copy that is never fitted hands it out.
    private static SchemaShape ShapeOf(IDataView data)
    {
        var spy = new Spy();
        new EstimatorChain<ITransformer>().Append(spy).Fit(data);
        return spy.Seen;
    }

    private sealed class Spy : IEstimator<ITransformer>
    {
        public SchemaShape Seen { get; private set; }
        public ITransformer Fit(IDataView input) => new TransformerChain<ITransformer>();
        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Seen = inputSchema;
    }

    [Fact]
    public void Row_mapper_of_a_chain_computes_only_what_it_needs()
    {
        var data = _ml.Data.LoadFromEnumerable(Row.Make(3));
        ITransformer model = _ml.Transforms.Concatenate("F", "A", "B").Append(_ml.Transforms.CopyColumns("G", "F")).Fit(data);
        var mapper = model.GetRowToRowMapper(data.Schema);
        Assert.Equal(["A", "B"], mapper.GetDependencies([mapper.OutputSchema["G"]]).Select(c => c.Name));
        Assert.Equal(["Text"], mapper.GetDependencies([mapper.OutputSchema["Text"]]).Select(c => c.Name));
        using var cursor = data.GetRowCursor([data.Schema["A"], data.Schema["B"]]);
        using var row = mapper.GetRow(cursor, [mapper.OutputSchema["G"]]);
        var getter = row.GetGetter<VBuffer<float>>(row.Schema["G"]);
        VBuffer<float> value = default;
        Assert.True(cursor.MoveNext() && cursor.MoveNext());
        getter(ref value);
        Assert.Equal([1f, -0.5f], value.DenseValues());
    }

    [Fact]
    public void Log_carries_source_and_kind()
    {
        var seen = new List<LoggingEventArgs>();
        _ml.Log += (_, e) => seen.Add(e);
        Microsoft.ML.Runtime.IHostEnvironment env = _ml;
        using (var channel = env.Register("Vae").Start("Training"))
        {
            channel.Info(Microsoft.ML.Runtime.MessageSensitivity.None, "epoch {0}", 3);
            channel.Warning(Microsoft.ML.Runtime.MessageSensitivity.None, "careful");
        }
        var info = Assert.Single(seen, e => e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Info);
        Assert.Equal("Vae; Training", info.Source);
        Assert.Equal("epoch 3", info.RawMessage);
        Assert.Equal("[Source=Vae; Training, Kind=Info] epoch 3", info.Message);
        Assert.Single(seen, e => e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning);
    }

    [Fact]
    public void Progress_is_silent_and_hosts_are_seeded()
    {
        var seen = new List<LoggingEventArgs>();
        _ml.Log += (_, e) => seen.Add(e);
        Microsoft.ML.Runtime.IHostEnvironment env = _ml;
        using (var progress = env.StartProgressChannel("Training"))
        {
            progress.SetHeader(new Microsoft.ML.Runtime.ProgressHeader(["loss"], ["epochs"]), e => e.SetProgress(0, 1));
            progress.Checkpoint(0.5, 1);
        }
        Assert.Empty(seen);
        int Draw(int seed) => ((Microsoft.ML.Runtime.IHostEnvironment)new MLContext(seed)).Register("X").Rand.Next();
        Assert.Equal(Draw(5), Draw(5));
        Assert.NotEqual(Draw(5), Draw(6));
    }
}
