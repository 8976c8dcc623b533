using Microsoft.ML.Vae.Tests.Rooms;

namespace Microsoft.ML.Vae.Tests;

/// <summary>The seam to ML.NET's internals, columns and rows, components, and on top what users call.</summary>
public sealed class RoomTests
{
    // From the ground up: each room knows itself and those before it; "" holds the extensions of ML.NET's catalogs.
    private static readonly string[] Rooms = ["Seam", "Mapping", "Components", ""];

    private static readonly string Assembly = typeof(VaeAnomalyTrainer).Assembly.Location;

    [Fact]
    public void Every_type_has_one_room_and_knows_none_above_it() => Assert.Empty(RoomMap.Read(Assembly, Rooms).Faults);

    [Fact]
    public void Upside_down_the_map_sees_what_each_room_rests_on()
    {
        var trespasses = RoomMap.Read(Assembly, [.. Rooms.Reverse()]).Trespasses;
        Assert.Contains("Components/VaeTransformer knows Mapping/RowTransformer", trespasses);
        Assert.Contains("Mapping/RowTransformer knows Seam/ModelKind", trespasses);
    }
}
