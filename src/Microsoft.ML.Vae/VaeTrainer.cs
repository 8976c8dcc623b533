using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

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
        (_host, _options) = (env.Register("Vae"), options);
    }

    /// <summary>Columns and training of a VAE. Immutable.</summary>
    public sealed record Options
    {
        /// <summary>Input: known-size vector of Single.</summary>
        public string FeatureColumnName { get; init; } = "Features";

        /// <summary>Input: weight of each row in the training average, Single; rows without a positive one take no part, not even in calibration. Null: all equal.</summary>
        public string? ExampleWeightColumnName { get; init; }

        /// <summary>Prefix of the added columns; empty by default, needed where two VAEs share a pipeline.</summary>
        public string OutputPrefix { get; init; } = "";

        /// <summary>Network, likelihood, scaling, held-out share, training.</summary>
        public VaeFitOptions Fit { get; init; } = new();

        /// <summary>How losses of single rows are estimated, always deterministically.</summary>
        public LossEstimator Estimator { get; init; } = LossEstimator.Default;

        /// <summary>Fixes everything random; null: drawn from the MLContext's seed.</summary>
        public int? Seed { get; init; }

        /// <summary>The engine that trains; null: the managed default.</summary>
        public ITrainingEngineFactory? Engine { get; init; }

        /// <summary>Receives a line per evaluation.</summary>
        public IProgress<TrainingProgress>? Progress { get; init; }

        /// <summary>Stops reading, training (after the current step) and calibration: AutoML's trials bring such a token, and ML.NET keeps the context's own cancellation to itself.</summary>
        public CancellationToken Cancellation { get; init; }

        /// <summary>Where checkpoints are written (see <see cref="TrainingOptions.CheckpointInterval"/>); an existing one is resumed. Deleted when training completes, lest another training resume it.</summary>
        public string? CheckpointPath { get; init; }

        /// <summary>Rows and their weights are kept in memory up to this many bytes, and streamed beyond; reading them never holds more. 1 GiB: 2.7 million rows of 100 features.</summary>
        public long MemoryBudget { get; init; } = 1L << 30;

        /// <summary>Rows scored at once by a cursor: enough to feed the kernels, little to read ahead.</summary>
        public int ScoringBatchSize { get; init; } = 256;
    }

    /// <summary>Trains.</summary>
    /// <exception cref="InvalidOperationException">There is no usable row.</exception>
    /// <exception cref="FormatException">The checkpoint is damaged.</exception>
    /// <exception cref="ArgumentException">The checkpoint belongs to other options or other rows.</exception>
    /// <exception cref="IOException">The checkpoint's folder does not exist, or a checkpoint could not be written.</exception>
    /// <exception cref="TrainingDivergedException">The loss stopped being a number; the last good model is inside.</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled, or <see cref="Options.Cancellation"/>.</exception>
    public VaeTransformer Fit(IDataView input) => new(_host, VaeTraining.Run(_host, input, _options).Model, VaeColumns.Of(_options));

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        InputColumn.CheckShape(_host, inputSchema, _options.FeatureColumnName, "feature", SchemaShape.Column.VectorKind.Vector);
        if (_options.ExampleWeightColumnName is { } weight) InputColumn.CheckShape(_host, inputSchema, weight, "weight", SchemaShape.Column.VectorKind.Scalar);
        return OutputColumn.Promise(inputSchema, VaeColumns.Of(_options).Promise());
    }
}
