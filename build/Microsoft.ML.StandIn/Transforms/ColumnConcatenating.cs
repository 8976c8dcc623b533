// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
[assembly: Microsoft.ML.LoadableClass(typeof(ColumnConcatenatingTransformer), typeof(ColumnConcatenatingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", "ConcatTransform")]
namespace Microsoft.ML.Transforms;

public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
{
    private readonly IHost _host;
    private readonly string _name;
    private readonly string[] _sources;
    internal ColumnConcatenatingEstimator(IHostEnvironment env, string outputColumnName, string[] inputColumnNames)
    {
        _host = env.Register(nameof(ColumnConcatenatingEstimator));
        _host.CheckNonEmpty(outputColumnName, nameof(outputColumnName));
        _host.CheckValue(inputColumnNames, nameof(inputColumnNames));
        _host.CheckParam(inputColumnNames.Length > 0, nameof(inputColumnNames), "Input columns not specified");
        _host.CheckParam(!inputColumnNames.Any(string.IsNullOrEmpty), nameof(inputColumnNames), "Contained some null or empty items");
        (_name, _sources) = (outputColumnName, inputColumnNames);
    }

    public ColumnConcatenatingTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        return new ColumnConcatenatingTransformer(_host, _name, _sources);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        var columns = _sources.Select(name => inputSchema.Find(_host, name)).ToArray();
        var itemType = columns[0].ItemType;
        foreach (var column in columns)
        {
            _host.Check(!column.IsKey, $"Column '{column.Name}' is key. Concatenation of keys is unsupported.");
            _host.Check(column.ItemType.Equals(itemType), $"Concatenated columns should have the same type. Column '{column.Name}' has type of {column.ItemType}, but expected column type is {itemType}.");
        }
        var kinds = new List<string>();
        if (columns.All(c => c.Has(Kinds.IsNormalized))) kinds.Add(Kinds.IsNormalized);
        if (columns.Any(c => c.Has(Kinds.CategoricalSlotRanges))) kinds.Add(Kinds.CategoricalSlotRanges);
        if (columns.Any(c => c.Kind == VectorKind.Scalar || (c.Kind == VectorKind.Vector && c.Has(Kinds.SlotNames)))) kinds.Add(Kinds.SlotNames);
        var kind = columns.Any(c => c.Kind == VectorKind.VariableVector) ? VectorKind.VariableVector : VectorKind.Vector;
        return inputSchema.With([new(_name, kind, itemType, false, new SchemaShape(kinds.Select(AnnotationUtils.ShapeOf)))]);
    }
}
