using System.Text.Json.Nodes;

namespace Microsoft.ML.Vae.Core;

/// <summary>A training checkpoint as a file, in the container of all our files.</summary>
public static class CheckpointFile
{
    private const string Kind = "checkpoint";

    /// <summary>Writes a checkpoint; an older one stays as it was if anything fails.</summary>
    /// <exception cref="IOException">The file could not be written.</exception>
    public static void Save(TrainingCheckpoint checkpoint, string path)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var (engine, best) = (checkpoint.Engine, checkpoint.Best);
        var header = new Header(
            ArchitectureHeader.Write(checkpoint.Architecture), JsonNode.Parse(HeaderJson.Write(checkpoint.Options))!.AsObject(), engine.Steps, checkpoint.Place, best.Loss, best.Step, best.Misses, checkpoint.Pending, [.. checkpoint.History], checkpoint.TrainingRows, checkpoint.Decay,
            best.Engine?.Steps);
        float[][] buffers = [engine.Parameters, engine.FirstMoment, engine.SecondMoment, best.Parameters, .. best.Engine is { } state ? [state.FirstMoment, state.SecondMoment] : Array.Empty<float[]>()];
        AtomicFile.Write(path, stream => new SectionFile(Kind, HeaderJson.Write(header), buffers).Write(stream));
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="FormatException">Not a checkpoint, damaged, or of a newer version.</exception>
    public static TrainingCheckpoint Load(string path) => FileContent.Load(path, Load);

    internal static TrainingCheckpoint Load(Stream stream) => SectionFile.Read(stream, Kind, Build);

    private static TrainingCheckpoint Build(SectionFile file)
    {
        var h = HeaderJson.Read<Header>(file.Header);
        var architecture = ArchitectureHeader.Read(h.Architecture);
        int length = new ParameterLayout(architecture).Length;
        int count = h.BestEngineSteps is null ? 4 : 6;
        if (file.Buffers.Count != count || file.Buffers.Any(b => b.Length != length))
            throw new FormatException($"Expected {count} buffers of {length} values in the checkpoint, got {string.Join(", ", file.Buffers.Select(b => b.Length))}.");
        var (options, place) = (Options(h.Options).Validated(), h.Place);
        if (place.Step < 0 || place.Step > options.Steps || place.Epoch < 0 || place.Epoch > place.Step || place.Batch < 0 || place.Batch > place.Step || h.EngineSteps < 0)
            throw new FormatException($"The checkpoint's place is none: {place}, after {h.EngineSteps} steps of the engine, of {options.Steps}.");
        if (h.Decay is { } decay && !(decay.From >= 0 && decay.From <= place.Step && place.Step <= decay.To && decay.To <= options.Steps))
            throw new FormatException($"The checkpoint's decay is none: {decay}, at step {place.Step} of {options.Steps}.");
        var bestEngine = h.BestEngineSteps is { } steps ? new EngineState(file.Buffers[3], file.Buffers[4], file.Buffers[5], steps) : null;
        return new TrainingCheckpoint(
            architecture, options, new EngineState(file.Buffers[0], file.Buffers[1], file.Buffers[2], h.EngineSteps), place,
            new BestState(file.Buffers[3], h.BestLoss, h.BestStep, h.Misses, bestEngine), h.Pending, h.History)
        { TrainingRows = h.TrainingRows, Decay = h.Decay };
    }

    // Version 1 named the form of the loss.
    private static TrainingOptions Options(JsonObject json)
    {
        var bound = json["LossForm"]?.GetValue<string>() switch
        {
            null => null,
            "Conventional" => Bound.Evidence,
            "Split" => Bound.Split,
            var form => throw new FormatException($"The checkpoint names the loss form '{form}', which this library does not know."),
        };
        var options = HeaderJson.Read<TrainingOptions>(json.ToJsonString());
        // What was the only way before there was a choice.
        if (json[nameof(TrainingOptions.Schedule)] is null)
            options = options with { Schedule = LearningRateSchedule.Cosine, InitialWeights = InitialWeights.Glorot, ValidationShare = 1, ValidationDraws = 1 };
        return bound is null ? options : options with { Bound = bound };
    }

    private sealed record Header(
        JsonObject Architecture, JsonObject Options, long EngineSteps, TrainingPlace Place, double BestLoss, long BestStep, int Misses, PendingAverages Pending, TrainingProgress[] History,
        string? TrainingRows = null, Decay? Decay = null, long? BestEngineSteps = null);
}
