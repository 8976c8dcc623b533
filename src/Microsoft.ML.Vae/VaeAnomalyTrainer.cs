using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Everything in one: trains a VAE on normal rows, holds some of them out, calibrates decisions on these, and explains.</summary>
public sealed class VaeAnomalyTrainer : IEstimator<VaeAnomalyDetector>
{
    private readonly IHost _host;
    private readonly Options _options;

    internal VaeAnomalyTrainer(IHostEnvironment env, Options options)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(options);
        OptionChecks.Check(options.Vae);
        (_host, _options) = (env.Register("Vae"), options);
        OptionChecks.CheckRates(_host, options.FalseAlarmRate, options.Contamination);
        if (options.Vae.Fit.HeldOutFraction <= 0)
            throw _host.Process(new ArgumentOutOfRangeException("HeldOutFraction", options.Vae.Fit.HeldOutFraction, "Expected a share above 0: the threshold is calibrated on held-out rows."));
    }

    /// <summary>The VAE's options and the decision's. Immutable.</summary>
    public sealed record Options
    {
        /// <summary>Columns, network, training.</summary>
        public VaeTrainer.Options Vae { get; init; } = new();

        /// <summary>Share of normal rows that may be flagged. 5 %: calibratable from 19 held-out rows on.</summary>
        public double FalseAlarmRate { get; init; } = 0.05;

        /// <summary>Share of the training rows that are anomalies, where they are not all normal; null: <see cref="FalseAlarmRate"/> decides.</summary>
        public double? Contamination { get; init; }
    }

    /// <summary>Trains and calibrates.</summary>
    /// <exception cref="InvalidOperationException">There is no usable row.</exception>
    /// <exception cref="TrainingDivergedException">The loss stopped being a number; the last good model is inside.</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled, or the VAE's options asked for it.</exception>
    public VaeAnomalyDetector Fit(IDataView input)
    {
        var fit = VaeTraining.Run(_host, input, _options.Vae);
        using var channel = _host.Start("Calibration");
        var model = AnomalyModel.Calibrate(fit, _options.Vae.Estimator, _options.FalseAlarmRate, CancellableRows.Of(_host, fit.Calibration, _options.Vae.Cancellation));
        if (_options.Contamination is { } share)
            model = model with { Threshold = ConformalCalibration.ContaminationThreshold(model.Calibration.Scores, share) };
        else if (_options.FalseAlarmRate < model.Calibration.SmallestRate)
            channel.Warning("{0} held-out rows cannot promise a false-alarm rate of {1}: no row will be flagged. Give more rows, or ask for at least {2:G3}", model.Calibration.Scores.Count, _options.FalseAlarmRate, model.Calibration.SmallestRate);
        if (model.Importance.Collapsed.Count > 0)
            channel.Info("{0} of {1} latents are collapsed: they carry no information", model.Importance.Collapsed.Count, model.Vae.LatentDimension);
        channel.Info("Calibrated on {0} held-out rows, threshold {1:G6}. {2}", model.Calibration.Scores.Count, model.Threshold, model.Isometry.Verdict);
        return new VaeAnomalyDetector(_host, model, VaeColumns.Of(_options.Vae));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        InputColumn.CheckShape(_host, inputSchema, _options.Vae.FeatureColumnName, "feature", SchemaShape.Column.VectorKind.Vector);
        if (_options.Vae.ExampleWeightColumnName is { } weight) InputColumn.CheckShape(_host, inputSchema, weight, "weight", SchemaShape.Column.VectorKind.Scalar);
        return OutputColumn.Promise(inputSchema, VaeAnomalyDetector.Promise());
    }
}
