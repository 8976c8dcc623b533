using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Storage;

namespace Microsoft.ML.Vae.Orleans.Tests;

/// <summary>A silo in this process, whose storage refuses the writes that a test names.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private readonly IHost _host;

    private TestSilo(IHost host) => _host = host;

    public VaeCluster Cluster => new(_host.Services.GetRequiredService<IGrainFactory>());

    /// <param name="folder">Members and states.</param>
    /// <param name="refused">Name and number, from 1, of each write that fails.</param>
    public static Task<TestSilo> StartAsync(string folder, params (string State, int Write)[] refused) => StartAsync(folder, _ => { }, refused);

    /// <inheritdoc cref="StartAsync(string, (string, int)[])"/>
    public static async Task<TestSilo> StartAsync(string folder, Action<ISiloBuilder> configure, params (string State, int Write)[] refused)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = ("test", "test")).ConfigureEndpoints(IPAddress.Loopback, FreePort(), FreePort());
            silo.UseSharedFolder(folder).AddVaeWorker(new ShardWorkerOptions { Threads = 1 });
            configure(silo);
            // The last storage of a name counts.
            silo.Services.AddGrainStorage(VaeSilo.Storage, (services, _) =>
            {
                var serializer = services.GetRequiredService<Serializer>();
                return new RefusingStorage(new FileGrainStorage(new SharedFolder(folder, serializer), serializer), [.. refused]);
            });
        });
        var host = builder.Build();
        await host.StartAsync();
        return new TestSilo(host);
    }

    /// <summary>How a training stands.</summary>
    public async Task<ClusterJobPhase> PhaseAsync(DistributedJob job)
    {
        var grain = _host.Services.GetRequiredService<IGrainFactory>().GetGrain<IJobGrain>(VaeCluster.NameOf(new JobRequest(JobKind.Training, job.ToBytes())));
        return (await grain.StatusAsync(0)).Progress.Phase;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class RefusingStorage(IGrainStorage storage, HashSet<(string State, int Write)> refused) : IGrainStorage
    {
        private readonly Dictionary<string, int> _writes = [];

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => storage.ReadStateAsync(stateName, grainId, grainState);

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => storage.ClearStateAsync(stateName, grainId, grainState);

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            lock (_writes)
            {
                int write = _writes[stateName] = _writes.GetValueOrDefault(stateName) + 1;
                if (refused.Contains((stateName, write))) throw new IOException($"Write {write} of {stateName} is refused.");
            }
            return storage.WriteStateAsync(stateName, grainId, grainState);
        }
    }
}
