using Microsoft.ML.Runtime;

namespace Microsoft.ML.Vae;

/// <summary>Trains a variational autoencoder on a feature column.</summary>
/// <remarks>Training reads the data many times unless it fits into memory: put AppendCacheCheckpoint before it where reading is dear.</remarks>
public sealed class VaeTrainer : IEstimator<VaeTransformer>
{
    private readonly IHost _host;
    private readonly Options _options;

    internal VaeTrainer(IHostEnvironment env, Options options)
    {
        ArgumentNullException.ThrowIfNull(env);
        OptionChecks.Check(options);
        ArgumentNullException.ThrowIfNull(options.OutputPrefix);
        (_host, _options) = (env.Register("Vae"), options);
    }

    /// <summary>Columns, model and training of a VAE. Immutable.</summary>
    public sealed record Options : VaeOptions
    {
        /// <summary>Prefix of the added columns; empty by default, needed where two VAEs share a pipeline.</summary>
        public string OutputPrefix { get; init; } = "";
    }

    private VaeColumns Columns => VaeColumns.Of(_options, _options.OutputPrefix);

    /// <summary>Trains.</summary>
    /// <exception cref="InvalidOperationException">There is no usable row, or a row whose vector has another length than its column.</exception>
    /// <exception cref="FormatException">The checkpoint is damaged.</exception>
    /// <exception cref="ArgumentException">The checkpoint belongs to other options or other rows, or the architecture to another number of features.</exception>
    /// <exception cref="IOException">The checkpoint's folder does not exist, or a checkpoint could not be written.</exception>
    /// <exception cref="TrainingDivergedException">The loss stopped being a number; the last good model is inside.</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled, or <see cref="VaeOptions.Cancellation"/>.</exception>
    public VaeTransformer Fit(IDataView input)
    {
        var fit = VaeTraining.Run(_host, input, _options, referenceRows: 0);
        VaeTraining.Done(_options);
        return new VaeTransformer(_host, fit.Model, Columns);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        VaeTraining.CheckInput(_host, inputSchema, _options);
        return OutputColumn.Promise(inputSchema, Columns.Outputs(VaeFacts.Promised));
    }
}
