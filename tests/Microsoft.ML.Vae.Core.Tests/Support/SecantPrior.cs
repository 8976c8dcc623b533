using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>A prior of one's own: p(zⱼ) = 1/(2 sⱼ cosh(π zⱼ/2 sⱼ)), log sⱼ learned.</summary>
internal sealed class SecantPrior : Prior
{
    public override string Name => "HyperbolicSecant";

    public override bool IsFactorised => true;

    public override int ParameterCount(int latentDimension, int featureCount) => latentDimension;

    public override IPriorDensity Density(int latentDimension, ReadOnlyMemory<float> parameters, Func<IImmersion> decoder) => new Secant(parameters.ToArray());

    public override bool Equals(Prior? other) => other is SecantPrior;

    /// <summary>log p of one coordinate.</summary>
    public static double LogDensity(double z, double logScale)
    {
        double u = Math.Abs(Argument(z, logScale));
        return -logScale - u - Math.Log(1 + Math.Exp(-2 * u));
    }

    private static double Argument(double z, double logScale) => Math.PI * z / 2 * Math.Exp(-logScale);

    private sealed class Secant(float[] logScales) : IPriorDensity
    {
        public double LogDensity(ReadOnlySpan<float> z)
        {
            double sum = 0;
            for (int j = 0; j < z.Length; j++) sum += SecantPrior.LogDensity(z[j], logScales[j]);
            return sum;
        }

        public void Gradient(ReadOnlySpan<float> z, Span<float> gradient)
        {
            for (int j = 0; j < z.Length; j++) gradient[j] = (float)(-Math.PI / 2 * Math.Exp(-logScales[j]) * Math.Tanh(Argument(z[j], logScales[j])));
        }

        public void AddParameterGradient(ReadOnlySpan<float> z, double weight, Span<double> gradient)
        {
            for (int j = 0; j < z.Length; j++) gradient[j] += weight * ((Argument(z[j], logScales[j]) * Math.Tanh(Argument(z[j], logScales[j]))) - 1);
        }
    }
}
