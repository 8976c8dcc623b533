using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>A curve between two latent points, moved towards less energy E = ½ Σ‖μ(c_{j+1}) − μ(c_j)‖² + ‖σ(c_{j+1}) − σ(c_j)‖², the discrete energy of its image under the noisy decoder. Not thread-safe.</summary>
internal sealed class NoisyCurve
{
    private const double Momentum = 0.99, SmallestGradient = 1e-4;

    private readonly NetworkImmersion _mean;
    private readonly RbfPrecision _precision;
    private readonly SplineBasis _basis;
    private readonly RiemannianOptions _options;
    private readonly PointAdjoint _meanAdjoint;
    private readonly double[] _start, _end, _points, _pulled, _coefficients, _best, _gradient, _momentum;
    private readonly double[] _phi, _outputs, _deviation, _adjoint, _phiAdjoint;
    private double _energy;

    public NoisyCurve(NetworkImmersion mean, RbfPrecision precision, SplineBasis basis, RiemannianOptions options)
    {
        (_mean, _precision, _basis, _options, _meanAdjoint) = (mean, precision, basis, options, MeanAdjoint);
        int d = precision.Dimension, N = basis.Points, free = basis.Count * d;
        (_start, _end, _points, _pulled) = (new double[d], new double[d], new double[N * d], new double[N * d]);
        (_coefficients, _best, _gradient, _momentum) = (new double[free], new double[free], new double[free], new double[free]);
        (_phi, _phiAdjoint) = (new double[N * precision.BasisStride], new double[N * precision.BasisStride]);
        (_outputs, _deviation, _adjoint) = (new double[N * precision.OutputStride], new double[N * precision.OutputStride], new double[N * precision.OutputStride]);
    }

    /// <summary>ℓ² as the readings have it.</summary>
    public double SquaredDistance => Factor * _energy;

    // ½ Σ‖δ‖² to (N − 1) Σ‖δ‖²
    private double Factor => _options.Readings.Distance switch { Core.SquaredDistance.Energy => 1, Core.SquaredDistance.SquaredLength => 2 * (_basis.Points - 1) };

    /// <summary>Starts with the straight line, descends, and keeps what has the least energy.</summary>
    public void Connect(ReadOnlySpan<double> start, ReadOnlySpan<double> end)
    {
        start.CopyTo(_start);
        end.CopyTo(_end);
        Array.Clear(_coefficients);
        Array.Clear(_best);
        Array.Clear(_momentum);
        _energy = Evaluate(_coefficients);
        for (int step = 0; step < _options.CurveSteps; step++)
        {
            FreeGradient();
            if (TensorPrimitives.MaxMagnitude<double>(_gradient) is var largest && (Math.Abs(largest) < SmallestGradient || !double.IsFinite(largest))) break;
            for (int i = 0; i < _coefficients.Length; i++)
            {
                _momentum[i] = (Momentum * _momentum[i]) + _gradient[i];
                _coefficients[i] -= _options.CurveRate * (_gradient[i] + (Momentum * _momentum[i]));
            }
            double energy = Evaluate(_coefficients);
            if (!double.IsFinite(energy)) break;
            if (!(energy < _energy)) continue;
            _energy = energy;
            _coefficients.CopyTo(_best, 0);
        }
    }

    /// <summary>The energy with given coefficients, [basis, d], in place of those found; for tests.</summary>
    public double EnergyAt(ReadOnlySpan<double> start, ReadOnlySpan<double> end, ReadOnlySpan<double> coefficients)
    {
        start.CopyTo(_start);
        end.CopyTo(_end);
        coefficients.CopyTo(_best);
        return _energy = Evaluate(_best);
    }

    /// <summary>The derivative by the coefficients, after <see cref="EnergyAt"/>; for tests.</summary>
    public ReadOnlySpan<double> ByCoefficients()
    {
        FreeGradient();
        return _gradient;
    }

    /// <summary>Adds weight · ∂ℓ², by the end point and, as the readings have it, by the deviation's weights and centres.</summary>
    public void AddGradient(double weight, PrecisionGradient gradient, Span<double> byEnd)
    {
        if (_options.Readings.Gradient == DistanceGradient.LatentVelocity)
        {
            for (int i = 0; i < byEnd.Length; i++) byEnd[i] += 2 * weight * _basis.EndVelocity(_start, _end, _best, i);
            return;
        }
        // The last evaluation may be of another curve than the best.
        Evaluate(_best);
        int d = byEnd.Length;
        double scale = weight * Factor;
        for (int j = 0; j < _basis.Points; j++)
            for (int i = 0; i < d; i++) byEnd[i] += scale * j / (_basis.Points - 1) * _pulled[(j * d) + i];
        TensorPrimitives.Multiply(_adjoint, scale, _adjoint);
        TensorPrimitives.Multiply(_phiAdjoint, scale, _phiAdjoint);
        gradient.Weights.Add(_adjoint, _phi);
        Span<double> unused = stackalloc double[_basis.Points * d];
        _precision.Pull(_points, _phi, _phiAdjoint, unused, gradient.Centres);
    }

    // Energy, and its gradient by the points; adjoints of p and φ stay for the other gradients.
    private double Evaluate(double[] coefficients)
    {
        _basis.Write(_start, _end, coefficients, _points);
        _energyOfMean = 0;
        _mean.EvaluateAndPull(_points, _meanAdjoint, _pulled);
        return _energyOfMean + EvaluateDeviation();
    }

    private double _energyOfMean;

    private void MeanAdjoint(ReadOnlySpan<double> images, Span<double> adjoints) => _energyOfMean = ChordEnergy(images, adjoints, _mean.AmbientDimension, _mean.AmbientDimension);

    private double EvaluateDeviation()
    {
        int stride = _precision.OutputStride, D = _precision.Outputs, N = _basis.Points;
        _precision.Basis(_points, _phi);
        _precision.ToOutputs(_phi, _outputs);
        TensorPrimitives.Add(_outputs, _precision.Floor, _outputs);
        TensorPrimitives.Sqrt<double>(_outputs, _deviation);
        TensorPrimitives.Reciprocal<double>(_deviation, _deviation);
        double energy = ChordEnergy(_deviation, _adjoint, D, stride);
        // σ = p^(−½): ∂σ/∂p = −½ σ/p.
        for (int p = 0; p < N; p++)
        {
            Span<double> adjoint = _adjoint.AsSpan(p * stride, stride);
            TensorPrimitives.Multiply(adjoint, _deviation.AsSpan(p * stride, stride), adjoint);
            TensorPrimitives.Divide(adjoint, _outputs.AsSpan(p * stride, stride), adjoint);
            TensorPrimitives.Multiply(adjoint, -0.5, adjoint);
            adjoint[D..].Clear();
        }
        _precision.ToBasis(_adjoint, _phiAdjoint);
        _precision.Pull(_points, _phi, _phiAdjoint, _pulled, []);
        return energy;
    }

    private static double ChordEnergy(ReadOnlySpan<double> images, Span<double> adjoints, int width, int stride)
    {
        double squares = 0;
        int N = images.Length / stride;
        adjoints.Clear();
        for (int j = 1; j < N; j++)
        {
            ReadOnlySpan<double> from = images.Slice((j - 1) * stride, width), to = images.Slice(j * stride, width);
            Span<double> fromAdjoint = adjoints.Slice((j - 1) * stride, width), toAdjoint = adjoints.Slice(j * stride, width);
            squares += Math.Pow(TensorPrimitives.Distance(to, from), 2);
            TensorPrimitives.Subtract(to, from, toAdjoint);
            TensorPrimitives.Subtract(fromAdjoint, toAdjoint, fromAdjoint);
        }
        return 0.5 * squares;
    }

    private void FreeGradient()
    {
        int d = _start.Length;
        Array.Clear(_gradient);
        for (int j = 0; j < _basis.Points; j++)
            for (int m = 0; m < _basis.Count; m++)
                for (int i = 0; i < d; i++) _gradient[(m * d) + i] += _basis[j, m] * _pulled[(j * d) + i];
    }
}
