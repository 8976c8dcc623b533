namespace Microsoft.ML.Vae.Core;

/// <summary>Source columns with their kinds settled, and the likelihood that follows.</summary>
/// <param name="Columns">None is <see cref="ColumnKind.FromData"/>.</param>
/// <param name="Likelihood">One for all where all are continuous, else slots.</param>
internal sealed record ColumnPlan(IReadOnlyList<FeatureColumn> Columns, Likelihood Likelihood)
{
    // Larger whole numbers are amounts: their spread is wide, and the encoder would have to bear them unscaled.
    private const double MaximumCount = 30;

    private const int MostNamed = 8;

    // Fewer kinds of values than that are grades, whose noise is not that of counting.
    private const double MinimumMaximum = 3;

    /// <summary>Settles the kinds.</summary>
    /// <param name="columns">Together all features.</param>
    /// <param name="statistics">Of the training rows.</param>
    /// <param name="blocks">Of the same rows, for the columns that are categories.</param>
    /// <param name="continuous">Likelihood of continuous columns.</param>
    public static ColumnPlan Of(IReadOnlyList<FeatureColumn> columns, ColumnStatistics statistics, BlockSurvey blocks, Likelihood continuous)
    {
        // A category that none of n rows showed has a probability below 1/(n + 1).
        double? Unseen(FeatureColumn column) => blocks.EmptyOf(column.First) == 0 ? Math.Log(statistics.Rows + 1.0) : null;
        FeatureColumn[] settled = [.. columns.SelectMany(c => Settled(c, statistics, blocks))];
        var slots = new List<LikelihoodSlot>();
        foreach (var column in settled) Add(slots, column, column.Kind == ColumnKind.Category ? Unseen(column) : null, continuous);
        return new ColumnPlan(settled, Array.TrueForAll(settled, c => c.Kind == ColumnKind.Continuous) ? continuous : new MixedLikelihood(slots));
    }

    /// <summary>Where the categories lie.</summary>
    public static (int First, int Length)[] Blocks(IReadOnlyList<FeatureColumn> columns) => [.. columns.Where(c => c.Kind == ColumnKind.Category).Select(c => (c.First, c.Length))];

    /// <summary>One line for people.</summary>
    public static string Describe(IReadOnlyList<FeatureColumn> columns) => string.Join("; ", columns.GroupBy(c => c.Kind).OrderBy(g => g.Key).Select(g =>
        $"{g.Count()} {g.Key switch { ColumnKind.Continuous => "continuous", ColumnKind.Binary => "binary", ColumnKind.Category => "categorical", ColumnKind.Count => "counts", ColumnKind.FromData => "undecided" }}"
        + (g.Key == ColumnKind.Continuous ? "" : $" ({string.Join(", ", g.Take(MostNamed).Select(c => c.Length > 1 ? $"{c.Name} {c.Length}" : c.Name))}{(g.Count() > MostNamed ? ", …" : "")})")));

    // Several 1s in a row, as of a bag of words, are no category: then each feature is a column.
    private static IEnumerable<FeatureColumn> Settled(FeatureColumn column, ColumnStatistics statistics, BlockSurvey blocks) => column.Kind switch
    {
        ColumnKind.FromData => [column with { Kind = KindOf(statistics, column.First) }],
        ColumnKind.Category when !blocks.IsOneHotAt(column.First) =>
            Enumerable.Range(0, column.Length).Select(i => new FeatureColumn($"{column.Name}[{i}]", column.First + i, 1, ColumnKind.Continuous)),
        ColumnKind.Continuous or ColumnKind.Binary or ColumnKind.Category or ColumnKind.Count => [column],
    };

    private static ColumnKind KindOf(ColumnStatistics statistics, int i) => (statistics.Minimum[i], statistics.Maximum[i], statistics.IsWhole[i]) switch
    {
        (0, 1, true) => ColumnKind.Binary,
        ( >= 0, >= MinimumMaximum and <= MaximumCount, true) => ColumnKind.Count,
        _ => ColumnKind.Continuous,
    };

    // Neighbours of one kind share a slot.
    private static void Add(List<LikelihoodSlot> slots, FeatureColumn column, double? unseen, Likelihood continuous)
    {
        var before = slots.Count == 0 ? null : slots[^1];
        Likelihood own = column.Kind switch
        {
            ColumnKind.Continuous => continuous,
            ColumnKind.Binary => BernoulliLikelihood.Instance,
            ColumnKind.Count => NegativeBinomialLikelihood.Instance,
            ColumnKind.Category => new CategoricalLikelihood(column.Length) { UnseenSurprise = unseen },
            ColumnKind.FromData => throw new InvalidOperationException("A kind was not settled."),
        };
        if (before?.Likelihood is CategoricalLikelihood categories && own is CategoricalLikelihood && categories.UnseenSurprise == unseen)
            slots[^1] = new LikelihoodSlot(new CategoricalLikelihood([.. categories.Blocks, column.Length]) { UnseenSurprise = unseen }, before.Features + column.Length);
        else if (own is not CategoricalLikelihood && own.Equals(before?.Likelihood))
            slots[^1] = before! with { Features = before.Features + 1 };
        else
            slots.Add(new LikelihoodSlot(own, column.Length));
    }
}
