using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

/// <summary>Where a cluster keeps its members and jobs, and how its connections are secured: the same for silos and clients.</summary>
internal sealed record ClusterPlace
{
    /// <summary>Name of ADO.NET's provider.</summary>
    public const string Npgsql = "Npgsql";

    /// <summary>A folder that all silos see: one machine, no server. Null: PostgreSQL.</summary>
    public string? Folder { get; init; }

    /// <summary>Connection string of a database made by deploy/postgresql.sql.</summary>
    public string? Postgres { get; init; }

    /// <summary>Certificate with its key that all silos and clients share, a PFX file; null: connections in the clear, for the loopback interface alone.</summary>
    public string? Certificate { get; init; }

    /// <summary>Tells clusters in one database apart.</summary>
    public string Name { get; init; } = "vae";

    /// <summary>Checks that members can be found, and that nothing leaves the machine in the clear unless that was said.</summary>
    /// <param name="isOpen">It was said.</param>
    /// <param name="address">Where a silo listens; null: a client, or the address that a silo takes by itself, which with a folder is loopback.</param>
    public ClusterPlace Validated(bool isOpen, string? address = null)
    {
        if ((Folder is null) == (Postgres is null)) throw new UserErrorException("Expected --folder or --postgres: where do silos find each other?");
        bool isOnLoopback = Folder is not null && (address is null || (IPAddress.TryParse(address, out var parsed) && IPAddress.IsLoopback(parsed)));
        if (!isOnLoopback && Certificate is null && !isOpen) throw new UserErrorException("What others can reach talks by TLS: expected --certificate FILE (made by the verb certificate), or --no-tls.");
        return this;
    }

    /// <summary>A connected client; it says nothing of silos that come and go.</summary>
    public async Task<IHost> ConnectAsync(CancellationToken cancellation = default)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(Identify);
            if (Folder is not null) client.UseSharedFolder(Folder);
            else client.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = (Npgsql, Postgres!));
            if (Certificate is not null) client.UseTls(ClusterCertificate.Secure(Certificate));
            // The first silos may still be on their way.
            client.UseConnectionRetryFilter(async (_, token) =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(300), token);
                return true;
            });
        });
        var host = builder.Build();
        await host.StartAsync(cancellation);
        return host;
    }

    /// <summary>Names of cluster and service.</summary>
    public void Identify(ClusterOptions options) => (options.ClusterId, options.ServiceId) = (Name, Name);
}
