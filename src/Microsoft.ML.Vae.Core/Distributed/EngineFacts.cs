using System.Text.Json.Nodes;

namespace Microsoft.ML.Vae.Core;

/// <summary>Everything of a job that an engine is made from: the same text, the same engine.</summary>
/// <param name="Architecture">As in a file.</param>
/// <param name="Training">Options with the number of steps settled.</param>
/// <param name="IsUnit">Features that must lie in [0, 1].</param>
internal sealed record EngineFacts(JsonObject Architecture, JsonObject Training, bool[] IsUnit)
{
    public static EngineFacts Of(VaeFitPlan plan, TrainingOptions options) =>
        new(ArchitectureHeader.Write(plan.Architecture), JsonNode.Parse(HeaderJson.Write(options))!.AsObject(), plan.IsUnit);
}
