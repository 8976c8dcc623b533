namespace Experiments.Chen;

/// <summary>Codes, and how far from them a path runs.</summary>
internal sealed class CodeNeighbours
{
    private readonly double[][] _codes;
    private readonly double _apart;

    /// <param name="codes">[n, d].</param>
    /// <param name="latents">d.</param>
    public CodeNeighbours(double[] codes, int latents)
    {
        _codes = [.. codes.Chunk(latents)];
        _apart = _codes.Average(code => Nearest(code, code));
    }

    /// <summary>Mean distance of points, [k, d], to the nearest code, in units of the codes' own mean distance to their nearest.</summary>
    public double Departure(double[] points) => points.Chunk(_codes[0].Length).Average(z => Nearest(z, null)) / _apart;

    private double Nearest(double[] z, double[]? except)
    {
        double least = double.PositiveInfinity;
        foreach (double[] code in _codes)
        {
            if (code == except) continue;
            double squared = 0;
            for (int j = 0; j < z.Length; j++) squared += (z[j] - code[j]) * (z[j] - code[j]);
            least = Math.Min(least, squared);
        }
        return Math.Sqrt(least);
    }
}
