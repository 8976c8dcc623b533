// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Kinds = Microsoft.ML.Data.AnnotationUtils.Kinds;

namespace Microsoft.ML.Transforms;

public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
{
    private readonly IHost _host;
    private readonly string _name;
    private readonly string[] _sources;

    internal ColumnConcatenatingEstimator(IHostEnvironment env, string outputColumnName, params string[] inputColumnNames)
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
            if (column.IsKey) throw _host.Except($"Column '{column.Name}' is key. Concatenation of keys is unsupported.");
            if (!column.ItemType.Equals(itemType))
                throw _host.Except($"Concatenated columns should have the same type. Column '{column.Name}' has type of {column.ItemType}, but expected column type is {itemType}.");
        }
        var annotations = new List<SchemaShape.Column>();
        if (columns.All(AnnotationUtils.IsNormalized)) annotations.Add(AnnotationUtils.ShapeOf(Kinds.IsNormalized));
        if (columns.Any(c => c.Annotations.TryFindColumn(Kinds.CategoricalSlotRanges, out _))) annotations.Add(AnnotationUtils.ShapeOf(Kinds.CategoricalSlotRanges));
        if (columns.Any(c => c.Kind == SchemaShape.Column.VectorKind.Scalar || c.HasSlotNames())) annotations.Add(AnnotationUtils.ShapeOf(Kinds.SlotNames));
        var kind = columns.Any(c => c.Kind == SchemaShape.Column.VectorKind.VariableVector) ? SchemaShape.Column.VectorKind.VariableVector : SchemaShape.Column.VectorKind.Vector;
        return inputSchema.With([new(_name, kind, itemType, false, new SchemaShape(annotations))]);
    }
}
