using System.Globalization;
using Orleans.Messaging;
using Orleans.Runtime;

namespace Microsoft.ML.Vae.Orleans;

/// <summary>The cluster's table of members as a file that all silos of one machine see. Unlike localhost clustering it has no primary silo: any of them may die.</summary>
internal sealed class FileMembership(SharedFolder folder) : IMembershipTable, IGatewayListProvider
{
    private const string Name = "membership.state";
    private static readonly TimeSpan GatewayStaleness = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public TimeSpan MaxStaleness => GatewayStaleness;

    /// <inheritdoc/>
    public bool IsUpdatable => true;

    /// <inheritdoc/>
    public Task InitializeMembershipTable(bool tryInitTableVersion) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task InitializeGatewayListProvider() => Task.CompletedTask;

    /// <inheritdoc/>
    public Task DeleteMembershipTableEntries(string clusterId) => folder.RemoveAsync(Name);

    /// <inheritdoc/>
    public Task<MembershipTableData> ReadRow(SiloAddress key) => Task.FromResult(Data(row => row.Entry.SiloAddress.Equals(key)));

    /// <inheritdoc/>
    public Task<MembershipTableData> ReadAll() => Task.FromResult(Data(_ => true));

    /// <inheritdoc/>
    public Task<IList<Uri>> GetGateways() => Task.FromResult<IList<Uri>>(
        [.. Current.Rows.Select(row => row.Entry).Where(entry => entry.Status == SiloStatus.Active && entry.ProxyPort != 0)
            .Select(entry => SiloAddress.New(entry.SiloAddress.Endpoint.Address, entry.ProxyPort, entry.SiloAddress.Generation).ToGatewayUri())]);

    /// <inheritdoc/>
    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) =>
        ReplaceAsync(entry, tableVersion, current => current is null);

    /// <inheritdoc/>
    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) =>
        ReplaceAsync(entry, tableVersion, current => current is not null && TagOf(current.Version) == etag);

    /// <inheritdoc/>
    public Task UpdateIAmAlive(MembershipEntry entry) => folder.ChangeAsync<MembershipFile, bool>(Name, file =>
    {
        var row = file?.Rows.Find(row => row.Entry.SiloAddress.Equals(entry.SiloAddress));
        if (row is null) return (null, false);
        row.Entry.IAmAliveTime = entry.IAmAliveTime;
        return (file, true);
    });

    /// <inheritdoc/>
    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => folder.ChangeAsync<MembershipFile, bool>(Name, file =>
    {
        int removed = file?.Rows.RemoveAll(row => row.Entry.Status == SiloStatus.Dead && row.Entry.IAmAliveTime < beforeDate.UtcDateTime) ?? 0;
        return (removed > 0 ? file : null, true);
    });

    private MembershipFile Current => folder.Read<MembershipFile>(Name) ?? new MembershipFile();

    private MembershipTableData Data(Func<MembershipRow, bool> wanted)
    {
        var file = Current;
        return new([.. file.Rows.Where(wanted).Select(row => Tuple.Create(row.Entry, TagOf(row.Version)))], new TableVersion(file.Version, TagOf(file.Version)));
    }

    private Task<bool> ReplaceAsync(MembershipEntry entry, TableVersion version, Func<MembershipRow?, bool> may) => folder.ChangeAsync<MembershipFile, bool>(Name, found =>
    {
        var file = found ?? new MembershipFile();
        var row = file.Rows.Find(row => row.Entry.SiloAddress.Equals(entry.SiloAddress));
        if (TagOf(file.Version) != version.VersionEtag || !may(row)) return (null, false);
        if (row is not null) file.Rows.Remove(row);
        file.Version = version.Version;
        file.Rows.Add(new MembershipRow { Entry = entry, Version = version.Version });
        return (file, true);
    });

    private static string TagOf(int version) => version.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The file of members.</summary>
[GenerateSerializer]
internal sealed class MembershipFile
{
    /// <summary>Counts changes of the table.</summary>
    [Id(0)] public int Version { get; set; }

    /// <summary>One row per silo that ever lived.</summary>
    [Id(1)] public List<MembershipRow> Rows { get; set; } = [];
}

/// <summary>One silo, and the version of the table that last changed it.</summary>
[GenerateSerializer]
internal sealed record MembershipRow
{
    /// <summary>What Orleans says of the silo.</summary>
    [Id(0)] public required MembershipEntry Entry { get; init; }

    /// <summary>The table's version at its last change.</summary>
    [Id(1)] public int Version { get; init; }
}
