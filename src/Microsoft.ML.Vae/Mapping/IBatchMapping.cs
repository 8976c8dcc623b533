using Microsoft.ML.Data;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>What one of our transformers adds to a row, independently of who asks: a cursor over batches, or a prediction engine row by row.</summary>
internal interface IBatchMapping : ICanSaveModel
{
    /// <summary>Rows scored at once by a cursor.</summary>
    int BatchSize { get; }

    /// <summary>The added columns, after checking the input.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or of another type.</exception>
    IReadOnlyList<DataViewSchema.DetachedColumn> Outputs(DataViewSchema input);

    /// <summary>Names of the input columns that the wanted outputs need.</summary>
    IEnumerable<string> Inputs(DataViewSchema input, bool[] wanted);

    /// <summary>Binds to an input row. Only wanted outputs are ever asked for.</summary>
    IBatchComputation Bind(DataViewRow input, bool[] wanted, int capacity);

    /// <summary>Writes the mapping as ONNX nodes; <paramref name="column"/> gives the value of an input column. Returns one value per output, in their order.</summary>
    IReadOnlyList<string> WriteOnnx(OnnxGraph graph, Func<string, string> column);
}

/// <summary>Slots of fetched input, and the outputs computed from them.</summary>
internal interface IBatchComputation
{
    /// <summary>Reads the input's current row into a slot.</summary>
    void Fetch(int slot);

    /// <summary>Computes the wanted outputs of slots 0 … count−1.</summary>
    void Compute(int count);

    /// <summary>A ValueGetter that reads one output at the slot that <paramref name="slot"/> names.</summary>
    Delegate Getter(int output, Func<int> slot);
}
