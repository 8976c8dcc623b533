// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML;

public interface ICanSaveModel
{
    void Save(ModelSaveContext ctx);
}

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

public static class LearningPipelineExtensions
{
    public static EstimatorChain<TTrans> Append<TTrans>(this IEstimator<ITransformer> start, IEstimator<TTrans> estimator,
        TransformerScope scope = TransformerScope.Everything) where TTrans : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(estimator);
        return start is EstimatorChain<ITransformer> chain ? chain.Append(estimator, scope) : new EstimatorChain<ITransformer>().Append(start).Append(estimator, scope);
    }
}
