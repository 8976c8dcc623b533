using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace Microsoft.ML.Vae.Orleans;

/// <summary>Grain state as one file per grain in a folder that all silos see: for development and single machines.</summary>
internal sealed class FileGrainStorage(SharedFolder folder, Serializer serializer) : IGrainStorage
{
    /// <inheritdoc/>
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var stored = folder.Read<StoredState>(FileOf(stateName, grainId));
        grainState.RecordExists = stored is not null;
        grainState.ETag = stored?.Version.ToString(CultureInfo.InvariantCulture)!;
        grainState.State = stored is null ? Activator.CreateInstance<T>() : serializer.Deserialize<T>(stored.Content);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    /// <exception cref="InconsistentStateException">Another activation of the grain has written since this one read.</exception>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        byte[] content = serializer.SerializeToArray(grainState.State);
        long version = await folder.ChangeAsync<StoredState, long>(FileOf(stateName, grainId), stored =>
        {
            long next = Expected(stored, grainState.ETag) + 1;
            return (new StoredState { Version = next, Content = content }, next);
        });
        grainState.ETag = version.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await folder.RemoveAsync(FileOf(stateName, grainId));
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null!;
        grainState.RecordExists = false;
    }

    private static long Expected(StoredState? stored, string? etag)
    {
        string? current = stored?.Version.ToString(CultureInfo.InvariantCulture);
        if (current != etag) throw new InconsistentStateException("Another activation of this grain has written its state.", current, etag);
        return stored?.Version ?? 0;
    }

    // Keys may hold what file names may not.
    private static string FileOf(string stateName, GrainId grainId) =>
        $"{stateName}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(grainId.ToString())))[..32]}.state";
}

/// <summary>The state of one grain as its file holds it.</summary>
[GenerateSerializer]
internal sealed record StoredState
{
    /// <summary>Counts the writes: the ETag.</summary>
    [Id(0)] public long Version { get; init; }

    /// <summary>The state in Orleans' own binary form.</summary>
    [Id(1)] public byte[] Content { get; init; } = [];
}
