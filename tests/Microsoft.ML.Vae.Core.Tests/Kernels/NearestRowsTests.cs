using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Kernels;

/// <summary>The packed search against a sort of exact distances, on every path.</summary>
public class NearestRowsTests
{
    public static TheoryData<VectorPath> Paths => new(Enum.GetValues<VectorPath>());

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void The_nearest_are_those_of_a_sort(VectorPath path) => path.Run(new Search());

    private sealed class Search : IPathTest
    {
        public void Run<T>() where T : unmanaged, ILanes<T>
        {
            foreach (int count in new[] { 1, 3, 20, 21, 70, 700 })
                foreach (int features in new[] { 1, 3, 20 })
                    foreach (float far in new[] { 1f, 1e4f, 1e12f, 1e27f })
                        Check<T>(count, features, far);
        }

        // Every third row is another's double; queries near, and as far as may be.
        private static void Check<T>(int count, int features, float far) where T : unmanaged, ILanes<T>
        {
            const int Queries = 9;
            float[] rows = TestModels.Normals(count * features, count + features), queries = TestModels.Normals(Queries * features, 7);
            for (int r = 3; r < count; r += 3) rows.AsSpan((r - 3) * features, features).CopyTo(rows.AsSpan(r * features));
            for (int i = 0; i < queries.Length; i++) queries[i] *= i / features % 2 == 0 ? 1 : far;
            float[] ones = [.. Enumerable.Repeat(1f, features)];
            var bank = new ReferenceBank(features, 1, [rows, ones, [0f], [], new float[rows.Length], ones, ones, ones]);
            var search = new NearestRows<T>(bank, Queries);
            int[] nearest = new int[Queries * ReferenceBank.WideCount];
            int found = search.Search(queries, Queries, -1, nearest);
            Assert.Equal(Math.Min(count, ReferenceBank.WideCount), found);
            for (int q = 0; q < Queries; q++) Assert.Equal(Banks.Nearest(bank, queries[(q * features)..((q + 1) * features)]), nearest.AsSpan(q * ReferenceBank.WideCount, found).ToArray());
            int known = Math.Min(count, Queries);
            found = search.Search(rows.AsSpan(0, known * features), known, 0, nearest);
            for (int q = 0; q < known; q++) Assert.Equal(Banks.Nearest(bank, rows[(q * features)..((q + 1) * features)], q), nearest.AsSpan(q * ReferenceBank.WideCount, found).ToArray());
        }
    }
}
