namespace Microsoft.ML.Vae.Core;

/// <summary>Adam (Kingma and Ba 2015) on one buffer in double precision, its published constants.</summary>
internal sealed class DoubleAdam(int length, double rate)
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    private readonly double[] _first = new double[length], _second = new double[length];
    private int _steps;

    public void Step(Span<double> parameters, ReadOnlySpan<double> gradient)
    {
        _steps++;
        double scale1 = 1 / (1 - Math.Pow(Beta1, _steps)), scale2 = 1 / (1 - Math.Pow(Beta2, _steps));
        for (int i = 0; i < parameters.Length; i++)
        {
            _first[i] = (Beta1 * _first[i]) + ((1 - Beta1) * gradient[i]);
            _second[i] = (Beta2 * _second[i]) + ((1 - Beta2) * gradient[i] * gradient[i]);
            parameters[i] -= rate * _first[i] * scale1 / (Math.Sqrt(_second[i] * scale2) + Epsilon);
        }
    }
}
