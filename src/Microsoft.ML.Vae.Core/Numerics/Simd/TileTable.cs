namespace Microsoft.ML.Vae.Core;

/// <summary>The tile kernel of each shape, chosen at run time.</summary>
internal static unsafe class TileTable<T> where T : unmanaged, ILanes<T>
{
    private const int MaximumRows = 8, MaximumColumns = 4;

    private static readonly delegate*<float*, nint, nint, float*, nint, nint, float*, nint, float*, nint, void>[] Kernels = Build();

    /// <summary>The tallest tile whose accumulators, one row of B and one factor fit the register file.</summary>
    public static int Rows(int columns) => T.TileColumns < MaximumColumns || columns == MaximumColumns ? 6 : MaximumRows;

    public static delegate*<float*, nint, nint, float*, nint, nint, float*, nint, float*, nint, void> Kernel(int rows, int columns) =>
        Kernels[((columns - 1) * MaximumRows) + rows - 1];

    private static delegate*<float*, nint, nint, float*, nint, nint, float*, nint, float*, nint, void>[] Build()
    {
        var kernels = new delegate*<float*, nint, nint, float*, nint, nint, float*, nint, float*, nint, void>[MaximumColumns * MaximumRows];
        Add<One>(kernels);
        Add<Two>(kernels);
        Add<Three>(kernels);
        Add<Four>(kernels);
        return kernels;
    }

    private static void Add<TColumns>(delegate*<float*, nint, nint, float*, nint, nint, float*, nint, float*, nint, void>[] kernels)
        where TColumns : struct, IFixedNumber
    {
        int at = (TColumns.Value - 1) * MaximumRows;
        kernels[at] = &Tile<T, One, TColumns>.Multiply;
        kernels[at + 1] = &Tile<T, Two, TColumns>.Multiply;
        kernels[at + 2] = &Tile<T, Three, TColumns>.Multiply;
        kernels[at + 3] = &Tile<T, Four, TColumns>.Multiply;
        kernels[at + 4] = &Tile<T, Five, TColumns>.Multiply;
        kernels[at + 5] = &Tile<T, Six, TColumns>.Multiply;
        kernels[at + 6] = &Tile<T, Seven, TColumns>.Multiply;
        kernels[at + 7] = &Tile<T, Eight, TColumns>.Multiply;
    }
}
