using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.Storage;

/// <summary>One silo: a process that takes part in the cluster until it is stopped.</summary>
internal sealed record SiloProgram
{
    /// <summary>The cluster.</summary>
    public required ClusterPlace Place { get; init; }

    /// <summary>What people call it.</summary>
    public string Name { get; init; } = Dns.GetHostName();

    /// <summary>Where other silos find it; null: the loopback interface with a shared folder, else the machine's first address.</summary>
    public string? Address { get; init; }

    /// <summary>For silos.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary>For clients.</summary>
    public int GatewayPort { get; init; } = 30000;

    /// <summary>Threads of its worker; 0: all processors.</summary>
    public int Threads { get; init; }

    /// <summary>Runs until the process is asked to end, or, with <paramref name="followsInput"/>, until whoever started it is gone.</summary>
    public async Task RunAsync(bool followsInput, CancellationToken cancellation)
    {
        DbProviders();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddEnvironmentVariables();
        builder.Logging.AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning);
        builder.UseOrleans(Configure);
        using var host = builder.Build();
        await host.StartAsync(cancellation);
        Console.WriteLine($"silo {Name} is ready");
        if (followsInput) await Console.In.ReadToEndAsync(cancellation);
        else await host.WaitForShutdownAsync(cancellation);
        await host.StopAsync(CancellationToken.None);
    }

    private void Configure(ISiloBuilder silo)
    {
        silo.Configure<ClusterOptions>(Place.Identify).Configure<SiloOptions>(o => o.SiloName = Name);
        silo.ConfigureEndpoints(IPAddress.Parse(Address ?? OwnAddress()), SiloPort, GatewayPort, listenOnAnyHostAddress: Place.Folder is null);
        silo.AddVaeWorker(new ShardWorkerOptions { Threads = Threads > 0 ? Threads : Environment.ProcessorCount });
        if (Place.Folder is not null) silo.UseSharedFolder(Place.Folder);
        else UsePostgres(silo);
        if (Place.Certificate is not null) silo.UseTls(ClusterCertificate.Secure(Place.Certificate));
    }

    private void UsePostgres(ISiloBuilder silo)
    {
        silo.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = (ClusterPlace.Npgsql, Place.Postgres!));
        // Orleans' own binary form: states are mostly numbers.
        silo.AddAdoNetGrainStorage(VaeSilo.Storage, options => options.Configure<Serializer>((o, serializer) =>
            (o.Invariant, o.ConnectionString, o.GrainStorageSerializer) = (ClusterPlace.Npgsql, Place.Postgres!, new OrleansGrainStorageSerializer(serializer))));
    }

    /// <summary>Tells ADO.NET what Npgsql is.</summary>
    internal static void DbProviders() => System.Data.Common.DbProviderFactories.RegisterFactory(ClusterPlace.Npgsql, NpgsqlFactory.Instance);

    private string OwnAddress() => Place.Folder is not null ? IPAddress.Loopback.ToString()
        : Dns.GetHostAddresses(Dns.GetHostName(), AddressFamily.InterNetwork).FirstOrDefault(a => !IPAddress.IsLoopback(a))?.ToString()
            ?? throw new UserErrorException("This machine has no address that others could reach: expected --address.");
}
