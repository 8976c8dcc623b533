namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>What a round costs on a cluster, in seconds; constants measured on one machine, network and stragglers assumed.</summary>
/// <param name="RowSeconds">Of one core for a row of one training step.</param>
/// <param name="JoinSeconds">Of the coordinator for a byte that comes back: unpacking and adding.</param>
/// <param name="Parameters">Of the network.</param>
/// <param name="BatchSize">Rows of a step.</param>
internal sealed record ClusterModel(double RowSeconds, double JoinSeconds, int Parameters, int BatchSize)
{
    /// <summary>Down go parameters and two moments in single precision, up come their sums in double.</summary>
    public const int BytesDown = 12, BytesUp = 24;

    /// <summary>Ten gigabits: what a rented machine has.</summary>
    public double BytesPerSecond { get; init; } = 1.25e9;

    /// <summary>Of a message.</summary>
    public double Latency { get; init; } = 5e-4;

    /// <summary>Deviation of the logarithm of a host's time for a round: neighbours on the same machine, garbage collection, a slower processor.</summary>
    public double Straggling { get; init; } = 0.1;

    /// <summary>Bytes of a round, both ways.</summary>
    public double RoundBytes(int hosts) => (double)hosts * Parameters * (BytesDown + BytesUp);

    /// <summary>Seconds that a host works in a round, without straggling.</summary>
    public double WorkSeconds(int hosts, int threads, int shards, int localSteps) => Math.Ceiling(Math.Ceiling((double)shards / hosts) / threads) * localSteps * BatchSize * RowSeconds;

    /// <summary>Seconds of a round: the slowest host, or, where that is more, all sums through the coordinator's one connection or its one thread, which begins with the fastest host's.</summary>
    public double RoundSeconds(int hosts, int threads, int shards, int localSteps)
    {
        // The expected largest of so many standard normals (Blom 1958).
        double largest = hosts == 1 ? 0 : Quantile((hosts - 0.375) / (hosts + 0.25)), scatter = Math.Exp(Straggling * largest), work = WorkSeconds(hosts, threads, shards, localSteps);
        double down = hosts * (double)Parameters * BytesDown / BytesPerSecond, up = hosts * (double)Parameters * BytesUp / BytesPerSecond, join = hosts * (double)Parameters * BytesUp * JoinSeconds;
        double last = Math.Max(down + work, (down / 2) + (work * scatter)), first = (down / hosts) + (work / scatter);
        return Math.Max(last + ((up + join) / hosts), first + Math.Max(up, join)) + (2 * Latency);
    }

    // Bisection on the normal distribution's own series is enough here.
    private static double Quantile(double p)
    {
        double low = -8, high = 8;
        for (int i = 0; i < 60; i++) (low, high) = Phi((low + high) / 2) < p ? ((low + high) / 2, high) : (low, (low + high) / 2);
        return low;

        static double Phi(double x)
        {
            double sum = x, term = x;
            for (int k = 1; k < 200; k++) sum += term *= x * x / ((2 * k) + 1);
            return 0.5 + (sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
        }
    }
}
