namespace Microsoft.ML.Vae.Geometry;

/// <summary>Adam on a curve network: first to fit a curve, then to shorten it.</summary>
internal static class CurveNetworkTraining
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    // Of the velocities' squared errors beside those of the positions. Ours; the paper fits positions.
    private const double VelocityShare = 0.1;

    /// <summary>What a gradient asks for at some times: c and c′ become ∂/∂c and ∂/∂c′, in place, each [n, d].</summary>
    private delegate void Adjoint(ReadOnlySpan<double> times, Span<double> points, Span<double> velocities);

    /// <summary>Fits positions and velocities of a curve by least squares.</summary>
    public static void Fit(BoundedCurve curve, LatentCurve target, CurveNetworkOptions options)
    {
        int d = curve.Dimension;
        double[] wanted = new double[d], wantedVelocity = new double[d];
        var adam = new Moments(curve.Network.Weights.Length);
        for (int step = 1; step <= options.PretrainingSteps; step++)
        {
            Accumulate(curve, options.Points, (times, points, velocities) =>
            {
                for (int p = 0; p < times.Length; p++)
                {
                    target.Evaluate(times[p], wanted);
                    target.Velocity(times[p], wantedVelocity);
                    for (int i = 0; i < d; i++)
                    {
                        points[(p * d) + i] = (points[(p * d) + i] - wanted[i]) / options.Points;
                        velocities[(p * d) + i] = VelocityShare * (velocities[(p * d) + i] - wantedVelocity[i]) / options.Points;
                    }
                }
            });
            adam.Step(curve.Network, step, options.LearningRate);
        }
    }

    /// <summary>Minimises the mean speed; the weights with the least sum of mean and largest speed are kept.</summary>
    public static void Shorten(BoundedCurve curve, IRiemannianMetric metric, CurveNetworkOptions options)
    {
        var adam = new Moments(curve.Network.Weights.Length);
        double[] best = [.. curve.Network.Weights];
        double bestScore = double.PositiveInfinity;
        for (int step = 1; step <= options.Steps; step++)
        {
            double score = LengthGradient(curve, metric, options.Points);
            if (score < bestScore)
            {
                bestScore = score;
                curve.Network.Weights.CopyTo(best, 0);
            }
            adam.Step(curve.Network, step, options.LearningRate);
        }
        best.CopyTo(curve.Network.Weights, 0);
    }

    /// <summary>Length plus largest speed of a curve.</summary>
    public static double Score(IRiemannianMetric metric, LatentCurve curve, int points)
    {
        double[] times = [.. Enumerable.Range(0, points).Select(p => p / (points - 1.0))], speeds = new double[points];
        CurveMeasure.SpeedsAt(metric, curve, times, speeds);
        double score = speeds.Average() + speeds.Max();
        return double.IsFinite(score) ? score : double.PositiveInfinity;
    }

    /// <summary>Leaves the gradient of the mean speed in the network; returns mean plus largest speed.</summary>
    internal static double LengthGradient(BoundedCurve curve, IRiemannianMetric metric, int count)
    {
        int length = curve.Dimension * CurveNetwork.Together;
        double[] energies = new double[CurveNetwork.Together], byPoints = new double[length], byVelocities = new double[length];
        double sum = 0, largest = 0;
        Accumulate(curve, count, (times, points, velocities) =>
        {
            Span<double> e = energies.AsSpan(0, times.Length), byPoint = byPoints.AsSpan(0, points.Length), byVelocity = byVelocities.AsSpan(0, points.Length);
            metric.EnergyGradients(points, velocities, e, byPoint, byVelocity);
            for (int at = 0; at < points.Length; at++)
            {
                // φ = √(2e): ∂φ = ∂e/φ.
                double speed = Math.Sqrt(2 * Math.Max(0, e[at / curve.Dimension])), scale = speed > 0 ? 1 / (speed * count) : 0;
                (points[at], velocities[at]) = (scale * byPoint[at], scale * byVelocity[at]);
                if (at % curve.Dimension > 0) continue;
                sum += speed / count;
                largest = Math.Max(largest, speed);
            }
        });
        return double.IsFinite(sum) ? sum + largest : double.PositiveInfinity;
    }

    private static void Accumulate(BoundedCurve curve, int count, Adjoint adjoint)
    {
        int d = curve.Dimension;
        double[] times = new double[CurveNetwork.Together], points = new double[d * CurveNetwork.Together], velocities = new double[d * CurveNetwork.Together];
        curve.Prepare();
        for (int first = 0; first < count; first += CurveNetwork.Together)
        {
            int n = Math.Min(CurveNetwork.Together, count - first);
            for (int p = 0; p < n; p++) times[p] = (first + p) / (count - 1.0);
            Span<double> point = points.AsSpan(0, n * d), velocity = velocities.AsSpan(0, n * d);
            curve.Evaluate(times.AsSpan(0, n), point, velocity);
            adjoint(times.AsSpan(0, n), point, velocity);
            curve.Backward(point, velocity);
        }
        curve.Finish();
    }

    /// <summary>Adam's running moments.</summary>
    private sealed class Moments(int length)
    {
        private readonly double[] _mean = new double[length], _square = new double[length];

        public void Step(CurveNetwork network, int step, double rate)
        {
            double scale1 = 1 / (1 - Math.Pow(Beta1, step)), scale2 = 1 / (1 - Math.Pow(Beta2, step));
            for (int i = 0; i < length; i++)
            {
                double gradient = network.Gradient[i];
                _mean[i] += (1 - Beta1) * (gradient - _mean[i]);
                _square[i] += (1 - Beta2) * ((gradient * gradient) - _square[i]);
                network.Weights[i] -= rate * _mean[i] * scale1 / (Math.Sqrt(_square[i] * scale2) + Epsilon);
            }
        }
    }
}
