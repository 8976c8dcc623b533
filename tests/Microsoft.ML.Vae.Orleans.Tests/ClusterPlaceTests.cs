using Microsoft.ML.Vae.Tool;

namespace Microsoft.ML.Vae.Orleans.Tests;

/// <summary>What the sample says to connections in the clear.</summary>
public sealed class ClusterPlaceTests
{
    private static readonly ClusterPlace Folder = new() { Folder = "somewhere" }, Server = new() { Postgres = "Host=somewhere" };

    [Fact]
    public void Nothing_that_others_can_reach_is_in_the_clear_unless_that_is_said()
    {
        Folder.Validated(isOpen: false);
        Folder.Validated(isOpen: false, "127.0.0.1");
        Folder.Validated(isOpen: true, "192.168.1.5");
        (Folder with { Certificate = "cluster.pfx" }).Validated(isOpen: false, "192.168.1.5");
        Assert.Contains("--no-tls", Assert.Throws<UserErrorException>(() => Folder.Validated(isOpen: false, "192.168.1.5")).Message, StringComparison.Ordinal);
        Assert.Contains("--no-tls", Assert.Throws<UserErrorException>(() => Server.Validated(isOpen: false, "127.0.0.1")).Message, StringComparison.Ordinal);
    }
}
