using Microsoft.ML.Vae.Tests.Rooms;

namespace Microsoft.ML.Vae.Geometry.Tests;

public class RoomTests
{
    // From the ground up: each room knows itself and those before it.
    private static readonly string[] Rooms = ["LinearAlgebra", "Information", "Maps", "Curves", "Metrics", "Geodesics", "Statistics", "Diffusion"];

    private static readonly string Assembly = typeof(PullbackMetric).Assembly.Location;

    [Fact]
    public void Every_type_has_one_room_and_knows_none_above_it() => Assert.Empty(RoomMap.Read(Assembly, Rooms).Faults);

    [Fact]
    public void The_map_sees_homeless_types_and_every_kind_of_trespass()
    {
        var upsideDown = RoomMap.Read(Assembly, [.. Rooms.Reverse()]);
        // A base contract, a field, a signature, a local or operand.
        Assert.Contains("Metrics/PullbackMetric knows Maps/IImmersion", upsideDown.Trespasses);
        Assert.Contains("Geodesics/GeodesicSolver knows Metrics/IRiemannianMetric", upsideDown.Trespasses);
        Assert.Contains("Statistics/KMeans knows LinearAlgebra/RandomSource", upsideDown.Trespasses);
        var withoutMaps = RoomMap.Read(Assembly, [.. Rooms.Where(room => room != "Maps")]);
        Assert.Contains(withoutMaps.Homeless, type => type.StartsWith("IImmersion: ", StringComparison.Ordinal));
        Assert.Contains(withoutMaps.Homeless, type => type.StartsWith("StackedImmersion: ", StringComparison.Ordinal));
    }
}
