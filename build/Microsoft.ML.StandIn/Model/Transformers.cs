// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using Microsoft.ML.Data;

namespace Microsoft.ML;

public interface ITransformer : ICanSaveModel
{
    bool IsRowToRowMapper { get; }
    DataViewSchema GetOutputSchema(DataViewSchema inputSchema);
    IDataView Transform(IDataView input);
    IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema);
}

public interface IEstimator<out TTransformer> where TTransformer : ITransformer
{
    TTransformer Fit(IDataView input);
    SchemaShape GetOutputSchema(SchemaShape inputSchema);
}

public interface IDataLoader<in TSource> : ICanSaveModel
{
    IDataView Load(TSource input);
    DataViewSchema GetOutputSchema();
}

public interface IPredictionTransformer<out TModel> : ITransformer where TModel : class
{
    TModel Model { get; }
}

public interface ISingleFeaturePredictionTransformer<out TModel> : IPredictionTransformer<TModel> where TModel : class
{
    string FeatureColumnName { get; }
    DataViewType FeatureColumnType { get; }
}

internal interface ISingleFeaturePredictionTransformer : ITransformer
{
    string FeatureColumnName { get; }
}

internal interface ITransformerWithDifferentMappingAtTrainingTime : ITransformer
{
    IDataView TransformForTrainingPipeline(IDataView input);
}

public static class LearningPipelineExtensions
{
    public static EstimatorChain<TTrans> Append<TTrans>(this IEstimator<ITransformer> start, IEstimator<TTrans> estimator,
        TransformerScope scope = TransformerScope.Everything) where TTrans : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(estimator);
        return start is EstimatorChain<ITransformer> chain ? chain.Append(estimator, scope)
            : new EstimatorChain<ITransformer>().Append(start).Append(estimator, scope);
    }

    public static EstimatorChain<TTrans> AppendCacheCheckpoint<TTrans>(this IEstimator<TTrans> start, Runtime.IHostEnvironment env)
        where TTrans : class, ITransformer
        => new EstimatorChain<ITransformer>().Append(start).AppendCacheCheckpoint(env);

    public static TransformerChain<TTrans> Append<TTrans>(this ITransformer start, TTrans transformer) where TTrans : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(transformer);
        return new TransformerChain<TTrans>(start, transformer);
    }

    public static IEstimator<TTransformer> WithOnFitDelegate<TTransformer>(this IEstimator<TTransformer> estimator, Action<TTransformer> onFit)
        where TTransformer : class, ITransformer
        => new DelegateEstimator<TTransformer>(estimator ?? throw new ArgumentNullException(nameof(estimator)), onFit ?? throw new ArgumentNullException(nameof(onFit)));

    private sealed class DelegateEstimator<T>(IEstimator<T> inner, Action<T> onFit) : IEstimator<T> where T : class, ITransformer
    {
        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inner.GetOutputSchema(inputSchema);

        public T Fit(IDataView input)
        {
            T transformer = inner.Fit(input);
            onFit(transformer);
            return transformer;
        }
    }
}
