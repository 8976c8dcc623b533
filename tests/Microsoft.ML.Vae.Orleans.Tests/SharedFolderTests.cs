using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Microsoft.ML.Vae.Orleans.Tests;

/// <summary>The table of members as a file.</summary>
public sealed class SharedFolderTests
{
    private const int Silos = 8;

    [Fact]
    public async Task Of_changes_from_the_same_version_one_wins()
    {
        using var folder = new WorkFolder();
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var table = new FileMembership(new SharedFolder(folder.Path, services.GetRequiredService<Serializer>()));
        var version = (await table.ReadAll()).Version;
        bool[] won = await Task.WhenAll(Enumerable.Range(0, Silos).Select(i => Task.Run(() => table.InsertRow(Entry(i), version.Next()))));
        Assert.Equal(1, won.Count(w => w));
        var data = await table.ReadAll();
        Assert.Equal((1, 1), (data.Members.Count, data.Version.Version));
    }

    [Fact]
    public async Task What_a_process_left_that_died_while_it_wrote_vanishes_with_the_next_change()
    {
        using var folder = new WorkFolder();
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var shared = new SharedFolder(folder.Path, services.GetRequiredService<Serializer>());
        string left = Path.Combine(folder.Path, "a.state.0123.tmp"), other = Path.Combine(folder.Path, "b.state.0123.tmp");
        foreach (string file in new[] { left, other }) File.WriteAllText(file, "half");
        await shared.ChangeAsync<StoredState, bool>("a.state", _ => (new StoredState { Version = 1 }, true));
        Assert.False(File.Exists(left));
        Assert.True(File.Exists(other));
        Assert.Equal(1, shared.Read<StoredState>("a.state")!.Version);
    }

    [Fact]
    public async Task A_row_changes_by_its_own_tag_alone_and_is_found_as_a_gateway()
    {
        using var folder = new WorkFolder();
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var table = new FileMembership(new SharedFolder(folder.Path, services.GetRequiredService<Serializer>()));
        Assert.True(await table.InsertRow(Entry(0), (await table.ReadAll()).Version.Next()));
        var read = await table.ReadRow(Entry(0).SiloAddress);
        var (entry, tag) = read.Members[0];
        entry.Status = SiloStatus.Active;
        Assert.False(await table.UpdateRow(entry, tag + "0", read.Version.Next()));
        Assert.True(await table.UpdateRow(entry, tag, read.Version.Next()));
        Assert.False(await table.UpdateRow(entry, tag, read.Version.Next()));
        Assert.Single(await table.GetGateways());
    }

    private static MembershipEntry Entry(int i) => new()
    {
        SiloAddress = SiloAddress.New(IPAddress.Loopback, 1000 + i, 1),
        HostName = "localhost",
        SiloName = $"silo-{i}",
        Status = SiloStatus.Joining,
        ProxyPort = 2000 + i,
        StartTime = DateTime.UnixEpoch,
        IAmAliveTime = DateTime.UnixEpoch,
    };
}
