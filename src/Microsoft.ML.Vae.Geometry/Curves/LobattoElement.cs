namespace Microsoft.ML.Vae.Geometry;

/// <summary>The spectral element of degree 3 on [0, 1]: Lagrange's basis at the four Lobatto points.</summary>
internal static class LobattoElement
{
    public const int Count = 4;

    public static readonly double[] Points = [0, 0.5 - Math.Sqrt(0.05), 0.5 + Math.Sqrt(0.05), 1];

    /// <summary>∫₀¹ l_a′ l_b′ ds, [4, 4].</summary>
    public static readonly double[] Stiffness = StiffnessMatrix();

    /// <summary>∫₀¹ l_a′ l_b′ ds of the Lagrange basis, exactly, by Gauss's rule with three points.</summary>
    private static double[] StiffnessMatrix()
    {
        var stiffness = new double[Count * Count];
        foreach ((double s, double weight) in GaussRule.Three)
        {
            for (int a = 0; a < Count; a++)
            {
                for (int b = 0; b < Count; b++) stiffness[(a * Count) + b] += weight * LagrangeSlope(a, s) * LagrangeSlope(b, s);
            }
        }
        return stiffness;
    }

    /// <summary>l_a′(s).</summary>
    public static double LagrangeSlope(int a, double s)
    {
        double sum = 0;
        for (int left = 0; left < Count; left++)
        {
            if (left == a) continue;
            double product = 1 / (Points[a] - Points[left]);
            for (int k = 0; k < Count; k++)
            {
                if (k != a && k != left) product *= (s - Points[k]) / (Points[a] - Points[k]);
            }
            sum += product;
        }
        return sum;
    }
}
