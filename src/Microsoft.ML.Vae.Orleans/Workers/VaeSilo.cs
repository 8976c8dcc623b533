using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.ML.Vae.Core;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Messaging;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;

namespace Microsoft.ML.Vae.Orleans;

/// <summary>What makes a silo take part in training and scoring.</summary>
public static class VaeSilo
{
    /// <summary>Name of the grain storage that holds jobs: a program registers a provider under it, unless it uses <see cref="UseSharedFolder(ISiloBuilder, string)"/>.</summary>
    public const string Storage = "vae";

    /// <summary>How long a call waits for something to happen: well below the 30 s after which Orleans gives up a call.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    // Some seconds instead of Orleans' minute: on one machine no network is between silos, but a busy one may keep them waiting.
    private static readonly TimeSpan Probe = TimeSpan.FromSeconds(2);
    private const int MissedProbes = 3;

    /// <summary>Lets a silo work on the jobs of its cluster, one task at a time, on threads of its own.</summary>
    /// <param name="builder">The silo.</param>
    /// <param name="options">What it may use of its machine; null: all of it.</param>
    public static ISiloBuilder AddVaeWorker(this ISiloBuilder builder, ShardWorkerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(options ?? new ShardWorkerOptions());
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, WorkerThread>();
        return builder;
    }

    /// <summary>Membership and grain state in a folder that all silos see: for development, and for several silos on one machine. No server, and any silo may die.</summary>
    /// <param name="builder">The silo.</param>
    /// <param name="folder">The folder; it is made where it is missing.</param>
    public static ISiloBuilder UseSharedFolder(this ISiloBuilder builder, string folder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        builder.Services.AddSingleton<IMembershipTable>(provider => new FileMembership(Folder(provider, folder)));
        builder.Services.AddGrainStorage(Storage, (provider, _) => new FileGrainStorage(Folder(provider, folder), provider.GetRequiredService<Serializer>()));
        builder.Configure<ClusterMembershipOptions>(o => (o.ProbeTimeout, o.NumMissedProbesLimit) = (Probe, MissedProbes));
        return builder;
    }

    /// <summary>Finds silos by the folder that they share.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="folder">The folder of <see cref="UseSharedFolder(ISiloBuilder, string)"/>.</param>
    public static IClientBuilder UseSharedFolder(this IClientBuilder builder, string folder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        builder.Services.AddSingleton<IGatewayListProvider>(provider => new FileMembership(Folder(provider, folder)));
        return builder;
    }

    private static SharedFolder Folder(IServiceProvider provider, string folder) => new(folder, provider.GetRequiredService<Serializer>());
}
