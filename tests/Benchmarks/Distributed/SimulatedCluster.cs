using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>Hosts that are not there, under the real coordinator: they learn nothing, and what they would have taken passes on a clock of its own.</summary>
/// <remarks>Messages go through one connection of the coordinator, one after another each way; each host's time for a round scatters; sums are joined in the order in which they come.</remarks>
internal sealed class SimulatedCluster(ClusterModel model, int hosts, int threads, long rows, int features, int seed) : IShardCluster
{
    private readonly RandomStream _random = RandomStream.FromSeed(seed);
    private readonly List<(double Done, double Bytes)> _wave = [];
    private double _sent;
    private int _draws;

    /// <summary>Simulated seconds so far.</summary>
    public double Now { get; private set; }

    /// <summary>Seconds of all rounds, how many they were, and how long hosts worked in them.</summary>
    public (double Seconds, int Count, double Work) Rounds { get; private set; }

    public ClusterSize Size => new(hosts, threads);

    public Task<ShardResult> RunAsync(ShardTask task, CancellationToken cancellation)
    {
        if (task.First == 0) Finish();
        int members = task.Count;
        var (result, work) = task.Kind switch
        {
            SurveyWork.Kind => (Survey(task), 0.0),
            RoundWork.Kind => Round(task),
            ValidationWork.Kind => (new ShardResult(new Packet(ValidationWork.Kind, "", [], [[1.0 / (1 + _draws)]])), 0.0),
            DrawWork.Kind => (Draw(members), 0.0),
            var kind => throw new NotSupportedException(kind),
        };
        if (task.Kind == RoundWork.Kind)
        {
            _sent += task.Order.Length / model.BytesPerSecond;
            _wave.Add((Now + _sent + model.Latency + work, result.Content.Length));
            Rounds = Rounds with { Work = Rounds.Work + work };
        }
        return Task.FromResult(result);
    }

    /// <summary>Ends the last round.</summary>
    public void Finish()
    {
        if (_wave.Count == 0) return;
        double line = 0, joined = 0;
        foreach (var (done, bytes) in _wave.OrderBy(w => w.Done))
        {
            line = Math.Max(line, done) + (bytes / model.BytesPerSecond);
            joined = Math.Max(joined, line + model.Latency) + (bytes * model.JoinSeconds);
        }
        Rounds = Rounds with { Seconds = Rounds.Seconds + joined - Now, Count = Rounds.Count + 1 };
        Now = joined;
        _wave.Clear();
        _sent = 0;
    }

    // The state goes back as it came: rounds cost what they cost whatever is learnt.
    private (ShardResult Result, double Work) Round(ShardTask task)
    {
        var order = HeaderJson.Read<RoundOrder>(task.Order.Header);
        float[][] state = [.. task.Order.Floats.Skip(2)];
        int length = state[0].Length;
        var values = new double[(3 * length) + RoundWork.Losses];
        double weight = task.Count;
        for (int p = 0; p < 3; p++)
            for (int i = 0; i < length; i++) values[(p * length) + i] = weight * state[p][i];
        double work = Math.Ceiling((double)task.Count / threads) * order.Steps * model.BatchSize * model.RowSeconds * Math.Exp(model.Straggling * Normal());
        return (new ShardResult(new Packet(RoundWork.Kind, "", [], [[weight], values])) { Rows = (long)task.Count * order.Steps * model.BatchSize, Seconds = work }, work);
    }

    private ShardResult Survey(ShardTask task)
    {
        var survey = new Survey(features, []);
        float[] row = new float[features];
        for (int r = 0; r < 50; r++)
        {
            _random.Split((ulong)r).Normals(row);
            survey.Add(row, true);
        }
        double[] numbers = survey.ToNumbers();
        SurveyFacts[] facts = [.. task.Members.Select(m => new SurveyFacts(m.Index, (ulong)m.Index, new RowRoles(rows * 8 / 10, rows / 10, rows / 10), features, []))];
        return new ShardResult(new Packet(SurveyWork.Kind, HeaderJson.Write(facts), [], [.. facts.Select(_ => numbers)]));
    }

    private ShardResult Draw(int members)
    {
        var drawn = new float[members * 4 * features];
        _random.Split((ulong)_draws++).Normals(drawn);
        return new ShardResult(new Packet(DrawWork.Kind, "", [drawn], [[.. Enumerable.Range(0, members * 4).Select(i => _random.Uniform(i) * 1e-6)]]));
    }

    private double Normal()
    {
        float[] one = new float[1];
        _random.Split(1).Split((ulong)_draws++).Normals(one);
        return one[0];
    }
}
