namespace Microsoft.ML.Vae.Core;

/// <summary>What the values of a source column are, and so how the model sees them.</summary>
public enum ColumnKind
{
    /// <summary>To be chosen from the training rows.</summary>
    FromData,

    /// <summary>Any number: the likelihood of the options, by default a Gaussian.</summary>
    Continuous,

    /// <summary>0 or 1: Bernoulli.</summary>
    Binary,

    /// <summary>One of some categories, one-hot over its features: softmax.</summary>
    Category,

    /// <summary>0, 1, 2, …: negative binomial.</summary>
    Count,
}

/// <summary>A source column and the features that it became.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="First">Its first feature.</param>
/// <param name="Length">Number of its features: that of its categories, else 1.</param>
/// <param name="Kind">What its values are.</param>
public sealed record FeatureColumn(string Name, int First, int Length, ColumnKind Kind)
{
    /// <summary>Each feature a column of its own.</summary>
    public static IReadOnlyList<FeatureColumn> Each(IReadOnlyList<string> features, ColumnKind kind = ColumnKind.Continuous) => [.. features.Select((name, i) => new FeatureColumn(name, i, 1, kind))];

    /// <summary>The sum of a column's terms, for each column.</summary>
    public static double[] Sums(IReadOnlyList<FeatureColumn> columns, ReadOnlySpan<double> terms)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var sums = new double[columns.Count];
        for (int c = 0; c < sums.Length; c++) sums[c] = System.Numerics.Tensors.TensorPrimitives.Sum(terms.Slice(columns[c].First, columns[c].Length));
        return sums;
    }

    /// <summary>Checks that columns, side by side, are all features.</summary>
    /// <exception cref="ArgumentException">They are not, or a column of several features is no category.</exception>
    internal static IReadOnlyList<FeatureColumn> Checked(IReadOnlyList<FeatureColumn> columns, int features)
    {
        int next = 0;
        foreach (var column in columns)
        {
            if (column.First != next || column.Length < 1 || !Enum.IsDefined(column.Kind) || (column.Length > 1 && column.Kind != ColumnKind.Category) || column.Name is null)
                throw new ArgumentException($"Column '{column.Name}': expected features from {next} on, one unless it is a category, got {column.Length} from {column.First} on as {column.Kind}.");
            next += column.Length;
        }
        return next == features ? columns : throw new ArgumentException($"The columns hold {next} features, but there are {features}.");
    }
}
