using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Everything in one: trains a VAE on normal rows, holds some of them out, calibrates decisions on these, and explains.</summary>
public sealed class VaeAnomalyTrainer : IEstimator<VaeAnomalyTransformer>
{
    private readonly IHost _host;
    private readonly Options _options;

    internal VaeAnomalyTrainer(IHostEnvironment env, Options options)
    {
        ArgumentNullException.ThrowIfNull(env);
        OptionChecks.Check(options);
        (_host, _options) = (env.Register("Vae"), options);
        OptionChecks.CheckRates(_host, options.FalseAlarmRate, options.Contamination, options.Confidence);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Remembered, nameof(options.ReferenceRows));
        if (options.HeldOutFraction <= 0)
            throw _host.Process(new ArgumentOutOfRangeException(nameof(options.HeldOutFraction), options.HeldOutFraction, "Expected a share above 0: the threshold is calibrated on held-out rows."));
    }

    /// <summary>Columns, model, training and decision. Immutable.</summary>
    public sealed record Options : VaeOptions
    {
        /// <summary>Share of normal rows that may be flagged. 5 %: calibratable from 19 held-out rows on.</summary>
        public double FalseAlarmRate { get; init; } = 0.05;

        /// <summary>Share of the training rows that are anomalies, where they are not all normal; null: <see cref="FalseAlarmRate"/> decides.</summary>
        public double? Contamination { get; init; }

        /// <summary>Above 0: the rate is kept not in the mean over calibrations but, with this confidence, by this one; that takes more held-out rows (at .95, 59 for 5 %, 299 for 1 %). Null: in the mean.</summary>
        public double? Confidence { get; init; }

        /// <summary>Most rows that the detector remembers, of those that train or choose the state; 0: none, and the score is the VAE's alone. Null: 2,000, but none where
        /// <see cref="Contamination"/> says that some are anomalies: what a detector remembers is normal to it. For the same reason it finds a remembered row more normal than a new one.</summary>
        public int? ReferenceRows { get; init; }

        internal int Remembered => ReferenceRows ?? (Contamination is null ? Fit.ReferenceRows : 0);
    }

    private VaeColumns Columns => VaeColumns.Of(_options, prefix: "");

    /// <summary>Trains and calibrates.</summary>
    /// <exception cref="InvalidOperationException">There is no usable row, or a row whose vector has another length than its column.</exception>
    /// <exception cref="TrainingDivergedException">The loss stopped being a number; the last good model is inside.</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled, or the options asked for it.</exception>
    public VaeAnomalyTransformer Fit(IDataView input)
    {
        var fit = VaeTraining.Run(_host, input, _options, _options.Remembered);
        using var channel = _host.Start("Calibration");
        var model = AnomalyModel.Calibrate(fit, _options.Estimator, _options.FalseAlarmRate, CancellableRows.Of(_host, fit.Calibration, _options.Cancellation));
        model = model with { Threshold = DecisionColumns.Threshold(channel, model.Calibration, _options.FalseAlarmRate, _options.Contamination, _options.Confidence) };
        if (model.Importance.Collapsed.Count > 0)
            channel.Info("{0} of {1} latents are collapsed: they carry no information", model.Importance.Collapsed.Count, model.Vae.LatentDimension);
        channel.Info("{0}", model.Isometry.Verdict);
        VaeTraining.Done(_options);
        return new VaeAnomalyTransformer(_host, model, Columns);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        VaeTraining.CheckInput(_host, inputSchema, _options);
        return OutputColumn.Promise(inputSchema, VaeAnomalyTransformer.Outputs(Columns, VaeFacts.Promised, isometricSlots: [""], _options.Remembered > 0 ? 1 : 0));
    }
}
