using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.ML.Vae.Hosting;

/// <summary>Puts a detector among a program's services.</summary>
public static class VaeDetectorServices
{
    /// <summary>Serves the model in a file: follows it, checks its health (as "vae-detector"), measures. <see cref="DetectorStore"/> is how a program's own code scores.</summary>
    /// <param name="services">The program's.</param>
    /// <param name="path">An ML.NET zip; it may appear later and be replaced at any time.</param>
    public static IServiceCollection AddVaeDetector(this IServiceCollection services, string path) => AddVaeDetector(services, new VaeDetectorOptions { ModelPath = path });

    /// <summary>The same with options.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static IServiceCollection AddVaeDetector(this IServiceCollection services, VaeDetectorOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        services.AddSingleton(options.Validated());
        services.TryAddSingleton<DetectorStore>();
        services.TryAddSingleton<DetectorMeter>();
        services.AddMetrics().AddProblemDetails().AddHostedService<DetectorWatcher>();
        services.AddHealthChecks().AddCheck<DetectorHealth>("vae-detector");
        return services;
    }
}
