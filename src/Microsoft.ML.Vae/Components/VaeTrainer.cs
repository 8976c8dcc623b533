using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Trains a variational autoencoder on a feature column.</summary>
/// <remarks>Training reads the data many times unless it fits into memory: put AppendCacheCheckpoint before it where reading is dear.</remarks>
public sealed class VaeTrainer : IEstimator<VaeTransformer>
{
    // What can be drawn, and what a Brownian motion fills.
    private const int DefaultLatents = 2;

    private readonly IHost _host;
    private readonly Options _options;

    internal VaeTrainer(IHostEnvironment env, Options options)
    {
        ArgumentNullException.ThrowIfNull(env);
        OptionChecks.Check(options);
        ArgumentNullException.ThrowIfNull(options.OutputPrefix);
        options.Riemannian?.Validated();
        (_host, _options) = (env.Register("Vae"), options);
    }

    /// <summary>Columns, model and training of a VAE. Immutable.</summary>
    public sealed record Options : VaeOptions
    {
        /// <summary>Prefix of the added columns; empty by default, needed where two VAEs share a pipeline.</summary>
        public string OutputPrefix { get; init; } = "";

        /// <summary>A second phase that trains the decoder's noise and a Brownian prior on its manifold; adds the column RiemannianLoss, and <see cref="VaeTransformer.Riemannian"/> with its geometry.
        /// The first phase is then one without divergence: <see cref="TrainingOptions.KlWeight"/> is not read, the network is a softplus one of <see cref="VaeOptions.HiddenWidths"/> with an isotropic posterior unless
        /// an Architecture says otherwise, two latents by default, and rows with missing values are skipped. Null: none. Cannot leave as ONNX.</summary>
        public RiemannianOptions? Riemannian { get; init; }
    }

    private VaeColumns Columns => VaeColumns.Of(_options, _options.OutputPrefix) with { IsRiemannian = _options.Riemannian is not null };

    /// <summary>Trains.</summary>
    /// <exception cref="InvalidOperationException">There is no usable row, or a row whose vector has another length than its column.</exception>
    /// <exception cref="FormatException">The checkpoint is damaged.</exception>
    /// <exception cref="ArgumentException">The checkpoint belongs to other options or other rows, or the architecture to another number of features.</exception>
    /// <exception cref="IOException">The checkpoint's folder does not exist, or a checkpoint could not be written.</exception>
    /// <exception cref="TrainingDivergedException">The loss stopped being a number; the last good model is inside.</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled, or <see cref="VaeOptions.Cancellation"/>.</exception>
    public VaeTransformer Fit(IDataView input)
    {
        if (_options.Riemannian is not { } riemannian)
        {
            var fit = VaeTraining.Run(_host, input, _options, referenceRows: 0);
            VaeTraining.Done(_options);
            return new VaeTransformer(_host, fit.Model, Columns);
        }
        var model = VaeTraining.Run(_host, input, _options with { AcceptMissing = false }, FirstPhase, (vae, rows, control) => new RiemannianVaeTrainer(riemannian).Train(vae, rows, control));
        VaeTraining.Done(_options);
        return new VaeTransformer(_host, model.Vae, Columns, model);
    }

    private VaeFitOptions FirstPhase(VaeFitOptions fit, int features) => fit with
    {
        Columns = null,
        Training = fit.Training with { KlWeight = RiemannianVaeTrainer.FirstPhase.KlWeight },
        Network = fit.Network ?? RiemannianVaeTrainer.Architecture(features, fit.LatentDimension ?? DefaultLatents, fit.HiddenWidths),
    };

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        VaeTraining.CheckInput(_host, inputSchema, _options);
        return OutputColumn.Promise(inputSchema, Columns.Outputs(VaeFacts.Promised));
    }
}
