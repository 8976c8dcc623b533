using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Distributed;

public sealed class DistributedTrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Any_number_of_workers_and_threads_gives_the_same_bits()
    {
        var job = ToyShards.Job(ToyShards.Write(_folder));
        byte[] expected = ToyShards.Bytes(ToyShards.Train(job).Model);
        foreach (var (workers, threads) in new[] { (2, 1), (4, 1), (8, 1), (3, 1), (1, 4), (2, 2) })
            Assert.Equal(expected, ToyShards.Bytes(ToyShards.Train(job, workers, threads).Model));
    }
}
