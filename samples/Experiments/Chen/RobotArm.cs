namespace Experiments.Chen;

/// <summary>A six-joint arm of usual proportions, lengths in metres, by Denavit and Hartenberg's parameters.</summary>
internal static class RobotArm
{
    public const int Joints = 6;

    private const double Radius = 0.4, Damping = 0.05, Step = 1e-5;

    // a, α, d.
    private static readonly (double A, double Alpha, double D)[] Links =
        [(0.18, -Math.PI / 2, 0.4), (0.6, 0, 0), (0.12, -Math.PI / 2, 0), (0, Math.PI / 2, 0.62), (0, -Math.PI / 2, 0), (0, 0, 0.115)];

    private static readonly double[] Start = [0.1, -0.9, 0.9, 0.2, 0.7, 0.1];

    /// <summary>Joint angles while the hand goes once round a circle, with noise, [steps, 6].</summary>
    public static float[] Circle(int steps, float noise, int seed)
    {
        var rows = new float[steps * Joints];
        RandomStream.FromSeed(seed).Normals(rows);
        double[] joints = [.. Start], first = Hand(joints);
        // The hand starts on the circle, in the plane across and up.
        for (int k = 0; k < steps; k++)
        {
            double angle = 2 * Math.PI * k / steps;
            double[] target = [first[0], first[1] + (Radius * Math.Sin(angle)), first[2] + (Radius * (Math.Cos(angle) - 1))];
            const int Rounds = 4;
            for (int round = 0; round < Rounds; round++) Approach(joints, target);
            for (int j = 0; j < Joints; j++) rows[(k * Joints) + j] = (float)(joints[j] + (noise * rows[(k * Joints) + j]));
        }
        return rows;
    }

    /// <summary>Where the hand is.</summary>
    public static double[] Hand(double[] joints)
    {
        double[] place = [0, 0, 0], axes = [1, 0, 0, 0, 1, 0, 0, 0, 1];
        for (int j = 0; j < Joints; j++)
        {
            var (a, alpha, d) = Links[j];
            double c = Math.Cos(joints[j]), s = Math.Sin(joints[j]), ca = Math.Cos(alpha), sa = Math.Sin(alpha);
            double[] turn = [c, -s * ca, s * sa, s, c * ca, -c * sa, 0, sa, ca], move = [a * c, a * s, d];
            for (int r = 0; r < 3; r++) place[r] += (axes[3 * r] * move[0]) + (axes[(3 * r) + 1] * move[1]) + (axes[(3 * r) + 2] * move[2]);
            axes = [.. Enumerable.Range(0, 9).Select(i => Enumerable.Range(0, 3).Sum(k => axes[(3 * (i / 3)) + k] * turn[(3 * k) + (i % 3)]))];
        }
        return place;
    }

    // Δq = Jᵀ (J Jᵀ + λ² I)⁻¹ e
    private static void Approach(double[] joints, double[] target)
    {
        double[] hand = Hand(joints), error = [.. target.Zip(hand, (t, h) => t - h)];
        var jacobian = new double[3 * Joints];
        for (int j = 0; j < Joints; j++)
        {
            double[] moved = [.. joints];
            moved[j] += Step;
            double[] there = Hand(moved);
            for (int r = 0; r < 3; r++) jacobian[(r * Joints) + j] = (there[r] - hand[r]) / Step;
        }
        double[] gram = [.. Enumerable.Range(0, 9).Select(i => Enumerable.Range(0, Joints).Sum(j => jacobian[(i / 3 * Joints) + j] * jacobian[(i % 3 * Joints) + j]) + (i % 4 == 0 ? Damping * Damping : 0))];
        double[] pull = Solve(gram, error);
        for (int j = 0; j < Joints; j++)
            for (int r = 0; r < 3; r++) joints[j] += jacobian[(r * Joints) + j] * pull[r];
    }

    // Cramer's rule.
    private static double[] Solve(double[] m, double[] b)
    {
        static double Determinant(double[] a) => (a[0] * ((a[4] * a[8]) - (a[5] * a[7]))) - (a[1] * ((a[3] * a[8]) - (a[5] * a[6]))) + (a[2] * ((a[3] * a[7]) - (a[4] * a[6])));
        double whole = Determinant(m);
        return [.. Enumerable.Range(0, 3).Select(c => Determinant([.. m.Select((v, i) => i % 3 == c ? b[i / 3] : v)]) / whole)];
    }
}
