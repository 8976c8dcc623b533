// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;
using Keys = Microsoft.ML.Transforms.ValueToKeyMappingEstimator;
using Missing = Microsoft.ML.Transforms.MissingValueReplacingEstimator;
using Norm = Microsoft.ML.Transforms.NormalizingEstimator;
using OneHot = Microsoft.ML.Transforms.OneHotEncodingEstimator;

namespace Microsoft.ML;

public sealed class TransformsCatalog : IInternalCatalog
{
    private readonly IHostEnvironment _env;

    internal TransformsCatalog(IHostEnvironment env)
    {
        _env = env;
        Categorical = new CategoricalTransforms(this);
        Conversion = new ConversionTransforms(this);
    }

    IHostEnvironment IInternalCatalog.Environment => _env;
    public CategoricalTransforms Categorical { get; }
    public ConversionTransforms Conversion { get; }

    public sealed class CategoricalTransforms : IInternalCatalog
    {
        private readonly TransformsCatalog _owner;
        internal CategoricalTransforms(TransformsCatalog owner) => _owner = owner;
        IHostEnvironment IInternalCatalog.Environment => _owner._env;
    }

    public sealed class ConversionTransforms : IInternalCatalog
    {
        private readonly TransformsCatalog _owner;
        internal ConversionTransforms(TransformsCatalog owner) => _owner = owner;
        IHostEnvironment IInternalCatalog.Environment => _owner._env;
    }
}

public static class TransformExtensionsCatalog
{
    public static ColumnCopyingEstimator CopyColumns(this TransformsCatalog catalog, string outputColumnName, string inputColumnName)
        => new(catalog.GetEnvironment(), outputColumnName, inputColumnName);
    public static ColumnConcatenatingEstimator Concatenate(this TransformsCatalog catalog, string outputColumnName, params string[] inputColumnNames)
        => new(catalog.GetEnvironment(), outputColumnName, inputColumnNames);
    public static ColumnSelectingEstimator DropColumns(this TransformsCatalog catalog, params string[] columnNames) => new(catalog.GetEnvironment(), columnNames, false, false);
    public static ColumnSelectingEstimator SelectColumns(this TransformsCatalog catalog, string[] columnNames, bool keepHidden) => new(catalog.GetEnvironment(), columnNames, true, keepHidden);
    public static ColumnSelectingEstimator SelectColumns(this TransformsCatalog catalog, params string[] columnNames) => catalog.SelectColumns(columnNames, false);
}

public static class NormalizationCatalog
{
    public static Norm NormalizeMinMax(this TransformsCatalog catalog, string outputColumnName, string inputColumnName = null,
        long maximumExampleCount = Norm.Defaults.MaximumExampleCount, bool fixZero = Norm.Defaults.EnsureZeroUntouched)
        => catalog.NormalizeMinMax([new(outputColumnName, inputColumnName)], maximumExampleCount, fixZero);
    public static Norm NormalizeMinMax(this TransformsCatalog catalog, InputOutputColumnPair[] columns,
        long maximumExampleCount = Norm.Defaults.MaximumExampleCount, bool fixZero = Norm.Defaults.EnsureZeroUntouched)
        => new(catalog.GetEnvironment(), Norm.Mode.MinMax, columns, maximumExampleCount, fixZero);
    public static Norm NormalizeMeanVariance(this TransformsCatalog catalog, string outputColumnName, string inputColumnName = null,
        long maximumExampleCount = Norm.Defaults.MaximumExampleCount, bool fixZero = Norm.Defaults.EnsureZeroUntouched, bool useCdf = false)
        => catalog.NormalizeMeanVariance([new(outputColumnName, inputColumnName)], maximumExampleCount, fixZero, useCdf);
    public static Norm NormalizeMeanVariance(this TransformsCatalog catalog, InputOutputColumnPair[] columns,
        long maximumExampleCount = Norm.Defaults.MaximumExampleCount, bool fixZero = Norm.Defaults.EnsureZeroUntouched, bool useCdf = false)
        => useCdf ? throw new NotSupportedException("useCdf is not part of the stand-in for Microsoft.ML.")
            : new(catalog.GetEnvironment(), Norm.Mode.MeanVariance, columns, maximumExampleCount, fixZero);
}

public static class CategoricalCatalog
{
    public static OneHot OneHotEncoding(this TransformsCatalog.CategoricalTransforms catalog, string outputColumnName, string inputColumnName = null,
        OneHot.OutputKind outputKind = OneHot.OutputKind.Indicator, int maximumNumberOfKeys = Keys.Defaults.MaximumNumberOfKeys,
        Keys.KeyOrdinality keyOrdinality = Keys.Defaults.Ordinality, IDataView keyData = null)
        => catalog.OneHotEncoding([new(outputColumnName, inputColumnName)], outputKind, maximumNumberOfKeys, keyOrdinality, keyData);
    public static OneHot OneHotEncoding(this TransformsCatalog.CategoricalTransforms catalog, InputOutputColumnPair[] columns,
        OneHot.OutputKind outputKind = OneHot.OutputKind.Indicator, int maximumNumberOfKeys = Keys.Defaults.MaximumNumberOfKeys,
        Keys.KeyOrdinality keyOrdinality = Keys.Defaults.Ordinality, IDataView keyData = null)
        => keyData is null ? new(catalog.GetEnvironment(), columns, outputKind, maximumNumberOfKeys, keyOrdinality)
            : throw new NotSupportedException("keyData is not part of the stand-in for Microsoft.ML.");
}

public static class ConversionsExtensionsCatalog
{
    public static TypeConvertingEstimator ConvertType(this TransformsCatalog.ConversionTransforms catalog, string outputColumnName, string inputColumnName = null, DataKind outputKind = DataKind.Single)
        => new(catalog.GetEnvironment(), [new(outputColumnName, inputColumnName)], outputKind);
    public static TypeConvertingEstimator ConvertType(this TransformsCatalog.ConversionTransforms catalog, InputOutputColumnPair[] columns, DataKind outputKind = DataKind.Single)
        => new(catalog.GetEnvironment(), columns, outputKind);
    public static Keys MapValueToKey(this TransformsCatalog.ConversionTransforms catalog, string outputColumnName, string inputColumnName = null,
        int maximumNumberOfKeys = Keys.Defaults.MaximumNumberOfKeys, Keys.KeyOrdinality keyOrdinality = Keys.Defaults.Ordinality, bool addKeyValueAnnotationsAsText = false)
        => new(catalog.GetEnvironment(), [new(outputColumnName, inputColumnName)], maximumNumberOfKeys, keyOrdinality, addKeyValueAnnotationsAsText);
    public static KeyToVectorMappingEstimator MapKeyToVector(this TransformsCatalog.ConversionTransforms catalog, string outputColumnName, string inputColumnName = null)
        => new(catalog.GetEnvironment(), [new(outputColumnName, inputColumnName)]);
    public static ValueMappingEstimator<TInputType, TOutputType> MapValue<TInputType, TOutputType>(this TransformsCatalog.ConversionTransforms catalog,
        string outputColumnName, IEnumerable<KeyValuePair<TInputType, TOutputType>> keyValuePairs, string inputColumnName = null)
        => new(catalog.GetEnvironment(), new(outputColumnName, inputColumnName), keyValuePairs);
}

public static class ExtensionsCatalog
{
    public static Missing ReplaceMissingValues(this TransformsCatalog catalog, string outputColumnName, string inputColumnName = null,
        Missing.ReplacementMode replacementMode = Missing.ReplacementMode.DefaultValue, bool imputeBySlot = true)
        => catalog.ReplaceMissingValues([new(outputColumnName, inputColumnName)], replacementMode, imputeBySlot);
    public static Missing ReplaceMissingValues(this TransformsCatalog catalog, InputOutputColumnPair[] columns,
        Missing.ReplacementMode replacementMode = Missing.ReplacementMode.DefaultValue, bool imputeBySlot = true)
        => new(catalog.GetEnvironment(), columns, replacementMode, imputeBySlot);
}

public static class CustomMappingCatalog
{
    public static CustomMappingEstimator<TSrc, TDst> CustomMapping<TSrc, TDst>(this TransformsCatalog catalog, Action<TSrc, TDst> mapAction, string contractName)
        where TSrc : class, new() where TDst : class, new() => new(catalog.GetEnvironment(), mapAction, contractName);
}
