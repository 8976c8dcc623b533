namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// A nearest-neighbour graph of latent points (data, or cluster centres), its edges as long as their images. The shortest path
/// between two points follows the data, and starts a solver in the right valley.
/// </summary>
/// <remarks>Arvanitidis et al. 2018 use 100 k-means centres and 5 neighbours. Distances of neighbours are latent; weights are not.</remarks>
public sealed class GraphInitializer
{
    private readonly IRiemannianMetric _metric;
    private readonly double[] _points;
    private readonly int _d, _neighbours;
    private readonly List<(int To, double Length)>[] _edges;

    /// <summary>Builds the graph.</summary>
    /// <param name="metric">Measures the edges, as straight segments, by Gauss's rule with two points.</param>
    /// <param name="points">[n, d], row-major.</param>
    /// <param name="neighbours">Edges from each point to its nearest ones.</param>
    /// <exception cref="ArgumentException">The points are not a whole number of rows, or fewer than two.</exception>
    public GraphInitializer(IRiemannianMetric metric, ReadOnlySpan<double> points, int neighbours = 5)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(neighbours);
        _d = metric.Dimension;
        if (points.Length < 2 * _d || points.Length % _d != 0)
            throw new ArgumentException($"Expected at least two points of {_d} coordinates, got {points.Length} values.", nameof(points));
        Guard.Finite(points);
        (_metric, _points, _neighbours) = (metric, points.ToArray(), neighbours);
        _edges = new List<(int, double)>[points.Length / _d];
        for (int i = 0; i < _edges.Length; i++) _edges[i] = [];
        for (int i = 0; i < _edges.Length; i++) Join(i);
    }

    /// <summary>The shortest path through the graph as a spline.</summary>
    /// <param name="start">[d].</param>
    /// <param name="end">[d].</param>
    /// <returns>Null if the graph does not connect the points, or they are the same.</returns>
    public LatentCurve? Path(ReadOnlySpan<double> start, ReadOnlySpan<double> end)
    {
        int n = _edges.Length;
        int[] entries = Nearest(start, _neighbours, except: -1);
        var exits = new double[n];
        Array.Fill(exits, double.PositiveInfinity);
        foreach (int exit in Nearest(end, _neighbours, except: -1)) exits[exit] = Length(Point(exit), end);
        var distance = new double[n];
        var previous = new int[n];
        Array.Fill(distance, double.PositiveInfinity);
        Array.Fill(previous, -1);
        var queue = new PriorityQueue<int, double>();
        foreach (int entry in entries)
        {
            distance[entry] = Length(start, Point(entry));
            queue.Enqueue(entry, distance[entry]);
        }
        Dijkstra(queue, distance, previous);
        int last = 0;
        for (int i = 1; i < n; i++)
        {
            if (distance[i] + exits[i] < distance[last] + exits[last]) last = i;
        }
        return double.IsFinite(distance[last] + exits[last]) ? Smooth(start, end, last, previous) : null;
    }

    private void Dijkstra(PriorityQueue<int, double> queue, double[] distance, int[] previous)
    {
        while (queue.TryDequeue(out int i, out double reached))
        {
            if (reached > distance[i]) continue;
            foreach ((int to, double length) in _edges[i])
            {
                if (!(reached + length < distance[to])) continue;
                (distance[to], previous[to]) = (reached + length, i);
                queue.Enqueue(to, distance[to]);
            }
        }
    }

    private LatentCurve? Smooth(ReadOnlySpan<double> start, ReadOnlySpan<double> end, int last, int[] previous)
    {
        List<int> nodes = [];
        for (int i = last; i >= 0; i = previous[i]) nodes.Insert(0, i);
        List<double> path = [.. start];
        foreach (int node in nodes) AppendUnlessRepeated(path, Point(node));
        AppendUnlessRepeated(path, end);
        return path.Count > _d ? NaturalSpline.Through(path.ToArray(), _d) : null;
    }

    private void AppendUnlessRepeated(List<double> path, ReadOnlySpan<double> point)
    {
        if (!point.SequenceEqual(path.ToArray().AsSpan(path.Count - _d))) path.AddRange(point);
    }

    private void Join(int i)
    {
        foreach (int j in Nearest(Point(i), _neighbours, except: i))
        {
            double length = Length(Point(i), Point(j));
            if (!double.IsFinite(length) || _edges[i].Any(edge => edge.To == j)) continue;
            _edges[i].Add((j, length));
            _edges[j].Add((i, length));
        }
    }

    private int[] Nearest(ReadOnlySpan<double> point, int count, int except)
    {
        var squared = new double[_edges.Length];
        for (int i = 0; i < squared.Length; i++)
        {
            for (int k = 0; k < _d; k++) squared[i] += (point[k] - Point(i)[k]) * (point[k] - Point(i)[k]);
        }
        int[] order = [.. Enumerable.Range(0, squared.Length).Where(i => i != except)];
        Array.Sort([.. order.Select(i => squared[i])], order);
        return order[..Math.Min(count, order.Length)];
    }

    private double Length(ReadOnlySpan<double> from, ReadOnlySpan<double> to)
    {
        double sum = 0;
        double[] middle = new double[_d], step = new double[_d];
        foreach ((double s, double weight) in GaussRule.Two)
        {
            for (int k = 0; k < _d; k++) (middle[k], step[k]) = (from[k] + (s * (to[k] - from[k])), to[k] - from[k]);
            sum += weight * _metric.Norm(middle, step);
        }
        return sum;
    }

    private ReadOnlySpan<double> Point(int i) => _points.AsSpan(i * _d, _d);
}
