namespace Microsoft.ML.Vae.Tests.Support;

/// <summary>Short ways to a trained autoencoder.</summary>
internal static class Training
{
    public static VaeTransformer Vae(MLContext ml, VaeTrainer.Options options, IEnumerable<Row>? rows = null)
    {
        var data = rows is null ? Fitted.Data : ml.Data.LoadFromEnumerable(rows);
        return ml.Transforms.VariationalAutoencoder(options).Fit(Components.Features(ml).Fit(data).Transform(data));
    }

    public static float[] Weights(VaeTransformer model) => model.Model.Parameters.Values.ToArray();
}

/// <summary>Keeps progress lines, and does something after each.</summary>
internal sealed class ProgressList(List<TrainingProgress> lines, Action? then = null) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        lines.Add(value);
        then?.Invoke();
    }
}
