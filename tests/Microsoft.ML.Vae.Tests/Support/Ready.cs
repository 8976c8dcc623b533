namespace Microsoft.ML.Vae.Tests.Support;

/// <summary>An estimator that has nothing to learn: it hands out a transformer that exists already.</summary>
internal sealed class Ready(ITransformer transformer) : IEstimator<ITransformer>
{
    public ITransformer Fit(IDataView input) => transformer;

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
}
