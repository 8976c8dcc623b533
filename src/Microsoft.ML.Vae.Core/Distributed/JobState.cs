namespace Microsoft.ML.Vae.Core;

/// <summary>What a survey of all shards found.</summary>
/// <param name="Fingerprints">Of the rows of each virtual shard.</param>
/// <param name="Roles">How many rows do what.</param>
/// <param name="Features">m, with flags.</param>
/// <param name="Skipped">Shards that were left out.</param>
internal sealed record SurveyState(ulong[] Fingerprints, RowRoles Roles, int Features, SkippedShard[] Skipped);

/// <summary>Where the rounds are.</summary>
internal sealed record RoundState(EngineState Engine, long Step, BestState Best, PendingAverages Pending, IReadOnlyList<TrainingProgress> History, Decay? Decay);

/// <summary>How training ended.</summary>
internal sealed record TrainingEnd(TrainingOutcome Outcome, string Message);

/// <summary>Everything that a coordinator must know to go on with a job where another one left it.</summary>
/// <param name="Job">Fingerprint of the job: a state of another job is refused.</param>
internal sealed record JobState(ulong Job)
{
    private const string Kind = "job state";

    /// <summary>Null: not surveyed yet.</summary>
    public SurveyState? Survey { get; init; }

    /// <summary>What all virtual shards told, as the numbers of a survey.</summary>
    public double[] Numbers { get; init; } = [];

    /// <summary>Null: no round is done yet.</summary>
    public RoundState? Rounds { get; init; }

    /// <summary>How training ended; null: the rounds that are left tell.</summary>
    public TrainingEnd? Ended { get; init; }

    /// <summary>The file of the finished detector; null: it is not finished.</summary>
    public byte[]? Model { get; init; }

    public byte[] ToBytes()
    {
        var r = Rounds;
        var place = r is null ? null : new Place(r.Step, r.Engine.Steps, r.Best.Loss, r.Best.Step, r.Best.Misses, r.Pending, [.. r.History], r.Decay, r.Best.Engine?.Steps);
        float[][] buffers = r is null ? [] : [r.Engine.Parameters, r.Engine.FirstMoment, r.Engine.SecondMoment, r.Best.Parameters, .. r.Best.Engine is { } b ? [b.FirstMoment, b.SecondMoment] : Array.Empty<float[]>()];
        return new Packet(Kind, HeaderJson.Write(new Header(Job, Survey, place, Ended)), buffers, [Numbers], Model).ToBytes();
    }

    /// <exception cref="FormatException">It is no state of a job, or damaged.</exception>
    public static JobState FromBytes(byte[] bytes)
    {
        var packet = Packet.Read(bytes);
        if (packet.Kind != Kind) throw new FormatException($"Expected the state of a job, got '{packet.Kind}'.");
        var header = HeaderJson.Read<Header>(packet.Header);
        return new JobState(header.Job) { Survey = header.Survey, Numbers = packet.Doubles[0], Rounds = header.Rounds is { } place ? RoundsOf(place, packet.Floats) : null, Ended = header.Ended, Model = packet.Attachment };
    }

    private static RoundState RoundsOf(Place p, IReadOnlyList<float[]> b) => new(
        new EngineState(b[0], b[1], b[2], p.EngineSteps), p.Step,
        new BestState(b[3], p.BestLoss, p.BestStep, p.Misses, p.BestEngineSteps is { } steps ? new EngineState(b[3], b[4], b[5], steps) : null), p.Pending, p.History, p.Decay);

    private sealed record Header(ulong Job, SurveyState? Survey = null, Place? Rounds = null, TrainingEnd? Ended = null);

    private sealed record Place(
        long Step, long EngineSteps, double BestLoss, long BestStep, int Misses, PendingAverages Pending, TrainingProgress[] History, Decay? Decay = null, long? BestEngineSteps = null);
}
