using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>What all transformers of this library do alike: they add columns to each row, and compute what is read, when it is read.</summary>
/// <remarks>They share nothing between rows or threads. A row whose vector has another length than its column is refused when it is read.</remarks>
public abstract class RowTransformer : ITransformer, IOnnxWriter
{
    private readonly ModelKind _kind;

    private protected RowTransformer(IHostEnvironment env, ModelKind kind, int batchSize = 256) => (Host, _kind, BatchSize) = (env.Register(GetType().Name), kind, batchSize);

    bool ITransformer.IsRowToRowMapper => true;

    internal IHost Host { get; }

    /// <summary>Rows scored at once by a cursor.</summary>
    internal int BatchSize { get; }

    /// <summary>Threads that may compute a batch: 1, unless that is most of a row's time.</summary>
    internal virtual int Threads => 1;

    /// <summary>Names of the input columns.</summary>
    internal abstract IReadOnlyList<string> Inputs { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or of another type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        foreach (var column in Outputs(inputSchema)) builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or of another type.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return OnnxConversion.Convertible(new BatchedView(input, this), input, this);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new MappedRows(this, inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ModelStore.Save(ctx, _kind, Write);

    IReadOnlyList<DataViewSchema.DetachedColumn> IOnnxWriter.Outputs(DataViewSchema input) => Outputs(input);

    IReadOnlyList<string> IOnnxWriter.WriteOnnx(OnnxGraph graph, Func<string, string> column) => WriteOnnx(graph, column);

    /// <summary>The added columns, after checking the input.</summary>
    internal abstract IReadOnlyList<DataViewSchema.DetachedColumn> Outputs(DataViewSchema input);

    /// <summary>Binds to an input row. Only wanted outputs are ever asked for.</summary>
    internal abstract IBatchComputation Bind(DataViewRow input, bool[] wanted, int capacity);

    /// <summary>One ONNX value per output, in their order; <paramref name="column"/> gives the value of an input column.</summary>
    internal abstract IReadOnlyList<string> WriteOnnx(OnnxGraph graph, Func<string, string> column);

    /// <summary>Writes what a model file holds.</summary>
    internal abstract void Write(Stream stream);
}
