namespace Microsoft.ML.Vae.Core;

/// <summary>What a coordinator tells those who wait for it elsewhere, as messages.</summary>
internal static class DistributedMessages
{
    private const string Trained = "trained", Scored = "scored", Progress = "progress";

    public static byte[] ToBytes(DistributedResult result)
    {
        using var model = new MemoryStream();
        AnomalyModelFile.Save(result.Model, model);
        var t = result.Training;
        string header = HeaderJson.Write(new Told(t.Outcome, t.BestStep, [.. t.History], t.Message, result.Roles, [.. result.Skipped], result.Totals, t.BestValidationLoss));
        return new Packet(Trained, header, [], [], model.ToArray()).ToBytes();
    }

    /// <exception cref="FormatException">It is something else, or damaged.</exception>
    public static DistributedResult ReadResult(byte[] bytes)
    {
        var packet = Read(bytes, Trained);
        var told = HeaderJson.Read<Told>(packet.Header);
        var model = AnomalyModelFile.Load(new MemoryStream(packet.Attachment!));
        var training = new TrainingResult(told.Outcome, model.Vae.Parameters, told.BestStep, told.BestValidationLoss, told.History, told.Message);
        return new DistributedResult(model, training, told.Roles, told.Skipped, told.Totals);
    }

    public static byte[] ToBytes(DistributedScores scores) => new Packet(Scored, HeaderJson.Write(scores), [], []).ToBytes();

    /// <exception cref="FormatException">It is something else, or damaged.</exception>
    public static DistributedScores ReadScores(byte[] bytes) => HeaderJson.Read<DistributedScores>(Read(bytes, Scored).Header);

    public static byte[] ToBytes(DistributedProgress progress) => new Packet(Progress, HeaderJson.Write(progress), [], []).ToBytes();

    /// <exception cref="FormatException">It is something else, or damaged.</exception>
    public static DistributedProgress ReadProgress(byte[] bytes) => HeaderJson.Read<DistributedProgress>(Read(bytes, Progress).Header);

    private static Packet Read(byte[] bytes, string kind)
    {
        var packet = Packet.Read(bytes);
        return packet.Kind == kind ? packet : throw new FormatException($"Expected the message '{kind}', got '{packet.Kind}'.");
    }

    private sealed record Told(
        TrainingOutcome Outcome, long BestStep, TrainingProgress[] History, string Message, RowRoles Roles, SkippedShard[] Skipped, DistributedTotals Totals, double? BestValidationLoss = null);
}
