namespace Research;

/// <summary>Rows that a detector knows, and how far a row lies from them: the neighbour part of the score.</summary>
/// <remarks>
/// Three reconstructions of a row are judged by one and the same residual, a Student-t of four degrees per feature, t(δ, h) = 2.5 ln(1 + δ²/(4h²)):
/// the decoder's (<see cref="DecoderResidual"/>), the nearest known rows one by one, and the affine combination of the 5 and of the 20 nearest known rows that comes
/// closest (locally linear, Roweis and Saul 2000). Each residual has a scale per feature of its own, learned on the known rows by leaving one out.
/// From the sum goes half of what the 20 nearest known rows score themselves: their local level (half the correction of LOF, Breunig et al. 2000).
/// Beside it stands how far the row's isometric coordinates lie from those of the same nearest rows, ½n ln(1 + |y − y_b|²/(.1n)), n active latents:
/// what the encoder tells apart though the features hardly differ. No second search is needed.
/// All rows are scaled as the encoder sees them. Immutable; one <see cref="Workspace"/> per thread.
/// </remarks>
public sealed class ReferenceBank
{
    /// <summary>Nearest rows that are compared one by one; those of the two affine combinations; those whose level counts.</summary>
    private const int Near = 5, Wide = 20;

    /// <summary>Ridge of the affine combination, as a share of the mean squared distance.</summary>
    private const double Ridge = 0.1;

    /// <summary>Share of the neighbours' own score that is subtracted: 0 is a density, 1 the full local correction.</summary>
    private const double LevelShare = 0.5;

    /// <summary>Floor of a scale, as of the likelihood's deviations: 3 % of a feature's spread.</summary>
    private const double LeastScale = 0.03;

    /// <summary>Weight of the latent displacement, the same as of the decoder's residual beside this bank.</summary>
    private const double LatentShare = 1.0 / 3;

    /// <summary>Squared isometric distance per latent below which rows count as equal; a posterior's own is 1.</summary>
    private const double LeastLatentVariance = 0.1;

    private readonly float[] _rows;         // [count, m]
    private readonly float[] _searched;     // [count, m], the same rows in the metric of the search
    private readonly float[] _weights;      // [m], 1/range; 0 where the column is constant
    private readonly float[] _coordinates;  // [count, n], isometric
    private readonly double[] _near, _narrowFit, _wideFit;  // [m], 1/(4h²) of the three residuals
    private readonly double[] _levels;      // [count]
    private readonly int _features, _latents;

    private ReferenceBank(float[] rows, float[] coordinates, int features, float[] weights)
    {
        (_rows, _coordinates, _features, _weights, Count) = (rows, coordinates, features, weights, rows.Length / features);
        _latents = coordinates.Length / Count;
        _searched = new float[rows.Length];
        for (int i = 0; i < rows.Length; i++) _searched[i] = rows[i] * weights[i % features];
        (_near, _narrowFit, _wideFit, _levels) = (new double[features], new double[features], new double[features], new double[Count]);
    }

    /// <summary>Number of known rows.</summary>
    public int Count { get; }

    /// <summary>Chooses known rows among the training rows and learns scales and levels on them.</summary>
    /// <param name="rows">Scaled training rows, [n, m]; none of them may calibrate decisions.</param>
    /// <param name="coordinates">Their isometric coordinates, active latents only, [n, latents].</param>
    /// <param name="features">m.</param>
    /// <param name="count">At most so many known rows.</param>
    /// <param name="permutation">A random order of 0 … n−1, for the random half of the bank.</param>
    public static ReferenceBank Fit(ReadOnlySpan<float> rows, ReadOnlySpan<float> coordinates, int features, int count, Func<int, int[]> permutation)
    {
        float[] weights = SearchWeights(rows, features);
        int[] chosen = BankSelection.Choose(rows, features, weights, count, permutation);
        var fitted = new ReferenceBank(Pick(rows, features, chosen), Pick(coordinates, coordinates.Length / (rows.Length / features), chosen), features, weights);
        fitted.Learn();
        return fitted;
    }

    /// <summary>How unlike a row is to all known rows, in nats up to a constant; higher = more anomalous.</summary>
    /// <param name="row">Scaled, [m].</param>
    /// <param name="coordinates">Its isometric coordinates, [latents].</param>
    /// <param name="contributions">[m], ≥ 0, the residuals' share of each feature.</param>
    /// <param name="latentContributions">[latents], ≥ 0. All contributions sum to the score plus the level that was subtracted.</param>
    public double Score(ReadOnlySpan<float> row, ReadOnlySpan<float> coordinates, Workspace workspace, Span<double> contributions, Span<double> latentContributions)
    {
        Search(row, -1, workspace);
        double sum = Residuals(row, workspace, contributions) + Displacement(coordinates, workspace, latentContributions), level = 0;
        for (int k = 0; k < workspace.Found; k++) level += _levels[workspace.Nearest[k]];
        return sum - (workspace.Found == 0 ? 0 : LevelShare * level / workspace.Found);
    }

    private static float[] Pick(ReadOnlySpan<float> rows, int width, int[] chosen)
    {
        var picked = new float[chosen.Length * width];
        for (int r = 0; r < chosen.Length; r++) rows.Slice(chosen[r] * width, width).CopyTo(picked.AsSpan(r * width));
        return picked;
    }

    // A third of ½n ln(1 + |y − y_b|²/(.1n)), the mean over the Near nearest rows, split by the squared differences.
    private double Displacement(ReadOnlySpan<float> y, Workspace w, Span<double> contributions)
    {
        contributions.Clear();
        int few = Math.Min(Near, w.Found);
        double sum = 0;
        for (int k = 0; k < few; k++)
        {
            var known = _coordinates.AsSpan(w.Nearest[k] * _latents, _latents);
            double squares = 0;
            for (int j = 0; j < _latents; j++) squares += Square(y[j] - known[j]);
            if (squares == 0) continue;
            double term = LatentShare * 0.5 * _latents / few * Math.Log(1 + (squares / (LeastLatentVariance * _latents)));
            for (int j = 0; j < _latents; j++) contributions[j] += term * Square(y[j] - known[j]) / squares;
            sum += term;
        }
        return sum;
    }

    // The reciprocal of the range: which rows are near must not hang on the unit, nor on how heavy a column's tails are.
    private static float[] SearchWeights(ReadOnlySpan<float> rows, int m)
    {
        var (low, high) = (rows[..m].ToArray(), rows[..m].ToArray());
        for (int i = m; i < rows.Length; i++) (low[i % m], high[i % m]) = (Math.Min(low[i % m], rows[i]), Math.Max(high[i % m], rows[i]));
        return [.. low.Zip(high, (a, b) => b - a > 1e-6f ? 1 / (b - a) : 0)];
    }

    // Scales and levels by leaving one out: each known row is judged by the others.
    private void Learn()
    {
        var neighbours = new int[Count][];
        var sums = (Near: new double[_features], Narrow: new double[_features], Wide: new double[_features]);
        Parallel.For(0, Count, () => new Workspace(_features), (r, _, w) =>
        {
            Search(Row(r), r, w);
            neighbours[r] = w.Nearest[..w.Found];
            return w;
        }, _ => { });
        var work = new Workspace(_features);
        for (int r = 0; r < Count; r++)
        {
            work.Take(neighbours[r]);
            AddSquares(Row(r), work, sums.Near, sums.Narrow, sums.Wide);
        }
        foreach (var (squares, precision) in new[] { (sums.Near, _near), (sums.Narrow, _narrowFit), (sums.Wide, _wideFit) })
            for (int i = 0; i < _features; i++) precision[i] = 0.25 / Math.Max(LeastScale * LeastScale, squares[i] / Math.Max(1, Count));
        for (int r = 0; r < Count; r++)
        {
            work.Take(neighbours[r]);
            _levels[r] = Residuals(Row(r), work, work.Contributions);
        }
    }

    private ReadOnlySpan<float> Row(int r) => _rows.AsSpan(r * _features, _features);

    // The Wide nearest rows but one, nearest first; ties go to the earlier row.
    private void Search(ReadOnlySpan<float> row, int except, Workspace w)
    {
        for (int i = 0; i < _features; i++) w.Searched[i] = row[i] * _weights[i];
        w.Found = 0;
        for (int r = 0; r < Count; r++)
        {
            if (r == except) continue;
            float distance = System.Numerics.Tensors.TensorPrimitives.Distance(w.Searched, _searched.AsSpan(r * _features, _features));
            if (w.Found == Wide && distance >= w.Distances[Wide - 1]) continue;
            int k = w.Found < Wide ? w.Found++ : Wide - 1;
            for (; k > 0 && w.Distances[k - 1] > distance; k--) (w.Distances[k], w.Nearest[k]) = (w.Distances[k - 1], w.Nearest[k - 1]);
            (w.Distances[k], w.Nearest[k]) = (distance, r);
        }
    }

    private void AddSquares(ReadOnlySpan<float> row, Workspace w, double[] near, double[] narrow, double[] wide)
    {
        int few = Math.Min(Near, w.Found);
        for (int k = 0; k < few; k++)
            for (int i = 0; i < _features; i++) near[i] += Square(row[i] - Row(w.Nearest[k])[i]) / few;
        foreach (var (size, sums) in new[] { (few, narrow), (w.Found, wide) })
        {
            Reconstruct(row, size, w);
            for (int i = 0; i < _features; i++) sums[i] += Square(row[i] - w.Reconstruction[i]);
        }
    }

    // Mean t-residual against the Near nearest rows, plus the mean of those against the two affine combinations.
    private double Residuals(ReadOnlySpan<float> row, Workspace w, Span<double> contributions)
    {
        contributions.Clear();
        if (w.Found == 0) return 0;
        int few = Math.Min(Near, w.Found);
        for (int k = 0; k < few; k++)
            for (int i = 0; i < _features; i++) contributions[i] += 2.5 / few * Math.Log(1 + (Square(row[i] - Row(w.Nearest[k])[i]) * _near[i]));
        foreach (var (size, precision) in new[] { (few, _narrowFit), (w.Found, _wideFit) })
        {
            Reconstruct(row, size, w);
            for (int i = 0; i < _features; i++) contributions[i] += 1.25 * Math.Log(1 + (Square(row[i] - w.Reconstruction[i]) * precision[i]));
        }
        double sum = 0;
        foreach (double c in contributions) sum += c;
        return sum;
    }

    // x̂ = Σ ωᵣ bᵣ with Σ ωᵣ = 1: (G + λI) ω ∝ 1, G the Gram matrix of bᵣ − x in the metric of the search, λ a share of its mean diagonal.
    private void Reconstruct(ReadOnlySpan<float> row, int size, Workspace w)
    {
        for (int k = 0; k < size; k++)
            for (int i = 0; i < _features; i++) w.Differences[(k * _features) + i] = (Row(w.Nearest[k])[i] - row[i]) * _weights[i];
        double trace = 0;
        for (int a = 0; a < size; a++)
            for (int b = 0; b <= a; b++)
            {
                double dot = System.Numerics.Tensors.TensorPrimitives.Dot<float>(w.Differences.AsSpan(a * _features, _features), w.Differences.AsSpan(b * _features, _features));
                w.Gram[(a * Wide) + b] = dot;
                if (a == b) trace += dot;
            }
        double ridge = Ridge * trace / size;
        for (int k = 0; k < size; k++) (w.Gram[(k * Wide) + k], w.Omega[k]) = (w.Gram[(k * Wide) + k] + ridge, 1);
        if (ridge > 0) SolveInPlace(w.Gram, w.Omega, size);
        double total = 0;
        for (int k = 0; k < size; k++) total += w.Omega[k];
        Array.Clear(w.Reconstruction);
        for (int k = 0; k < size; k++)
            for (int i = 0; i < _features; i++) w.Reconstruction[i] += w.Omega[k] / total * Row(w.Nearest[k])[i];
    }

    // Cholesky of the lower triangle [size of Wide], then two substitutions; the condition is at most 1 + size/Ridge = 201.
    private static void SolveInPlace(double[] a, double[] x, int size)
    {
        for (int j = 0; j < size; j++)
            for (int i = j; i < size; i++)
            {
                double sum = a[(i * Wide) + j];
                for (int k = 0; k < j; k++) sum -= a[(i * Wide) + k] * a[(j * Wide) + k];
                a[(i * Wide) + j] = i == j ? Math.Sqrt(sum) : sum / a[(j * Wide) + j];
            }
        for (int i = 0; i < size; i++)
        {
            for (int k = 0; k < i; k++) x[i] -= a[(i * Wide) + k] * x[k];
            x[i] /= a[(i * Wide) + i];
        }
        for (int i = size - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < size; k++) x[i] -= a[(k * Wide) + i] * x[k];
            x[i] /= a[(i * Wide) + i];
        }
    }

    private static double Square(double v) => v * v;

    /// <summary>Buffers of one thread, and the nearest rows of the last search.</summary>
    public sealed class Workspace(int features)
    {
        internal int[] Nearest { get; } = new int[Wide];

        internal float[] Distances { get; } = new float[Wide];

        internal int Found { get; set; }

        internal float[] Searched { get; } = new float[features];

        internal float[] Differences { get; } = new float[Wide * features];

        internal double[] Gram { get; } = new double[Wide * Wide];

        internal double[] Omega { get; } = new double[Wide];

        internal double[] Reconstruction { get; } = new double[features];

        internal double[] Contributions { get; } = new double[features];

        /// <summary>The nearest known rows of the last row, nearest first.</summary>
        public ReadOnlySpan<int> NearestRows => Nearest.AsSpan(0, Found);

        internal void Take(int[] nearest)
        {
            nearest.CopyTo(Nearest, 0);
            Found = nearest.Length;
        }
    }
}
