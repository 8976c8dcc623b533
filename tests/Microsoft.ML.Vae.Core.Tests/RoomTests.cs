using Microsoft.ML.Vae.Tests.Rooms;

namespace Microsoft.ML.Vae.Core.Tests;

public class RoomTests
{
    // From the ground up: each room knows itself and those before it. Bounds stand before Model, which says by which one it was trained.
    private static readonly string[] Rooms =
        ["Numerics", "Rows", "Networks", "Likelihoods", "Priors", "Bounds", "Model", "Training", "Scoring", "Riemannian", "Isometry", "Detection", "Tuning", "Drift", "Persistence", "Onnx", "Tables", "Distributed"];

    private static readonly string Assembly = typeof(VaeModel).Assembly.Location;

    [Fact]
    public void Every_type_has_one_room_and_knows_none_above_it() => Assert.Empty(RoomMap.Read(Assembly, Rooms).Faults);

    [Fact]
    public void Upside_down_the_map_sees_what_each_room_rests_on()
    {
        var trespasses = RoomMap.Read(Assembly, [.. Rooms.Reverse()]).Trespasses;
        Assert.Contains("Detection/AnomalyModel knows Model/VaeModel", trespasses);
        Assert.Contains("Training/Trainer knows Rows/IRowSource", trespasses);
    }
}
