using System.Globalization;

/// <summary>One cluster from beginning to end: shards, training, scoring.</summary>
internal static class Demonstration
{
    public static async Task<int> RunAsync(Setting setting)
    {
        Console.WriteLine($"generating {setting.Rows:N0} rows to train on and as many to score, in {setting.Shards} shards each, under {setting.Folder}");
        var (job, scored) = (setting.Job(), setting.ScoringData());
        await using var silos = await setting.StartAsync("demonstration", setting.Silos);
        var trained = await SiloTable.ShowAsync("training", p => silos.Cluster.TrainAsync(job, p, cancellation: setting.Cancellation));
        var scoring = setting.Scoring(trained.Model, "scores");
        var scores = await SiloTable.ShowAsync("scoring", p => silos.Cluster.ScoreAsync(scoring, p, setting.Cancellation));
        string model = Path.Combine(setting.Folder, "detector.vae");
        AnomalyModelFile.Save(trained.Model, model);
        double auroc = scored.AreaUnderRocCurve(scoring.Shards.Select(scoring.OutputOf));
        Console.WriteLine($"the detector is {model}; {scores.Flagged:N0} of {scores.Rows:N0} rows flagged, scores beside it in scores/");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"RESULT silos={setting.Silos} train_rows_per_second={trained.Totals.RowsPerSecond:F0} score_rows_per_second={scores.Totals.RowsPerSecond:F0} auroc={auroc:F4} bytes_per_round={trained.Totals.BytesPerRound:F0} waiting={trained.Totals.Waiting:F3}"));
        return 0;
    }
}
