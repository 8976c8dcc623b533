using unsafe TileKernel = delegate*<float*, nint, nint, float*, nint, nint, float*, nint, float*, nint, float*, void>;

namespace Microsoft.ML.Vae.Core;

/// <summary>The tile kernel of each shape, chosen at run time.</summary>
internal static unsafe class TileTable<T> where T : unmanaged, ILanes<T>
{
    private const int MaximumRows = 8, MaximumColumns = 4;

    private static readonly TileKernel[] Kernels = Build<Zero>(), FetchingKernels = Build<One>();

    /// <summary>The tallest tile whose accumulators, one row of B and one factor fit the register file.</summary>
    public static int Rows(int columns) => T.TileColumns < MaximumColumns || columns == MaximumColumns ? 6 : MaximumRows;

    /// <param name="rows">Of the tile.</param>
    /// <param name="columns">Registers across it.</param>
    /// <param name="fetches">Whether it fetches a line with each step.</param>
    public static TileKernel Kernel(int rows, int columns, bool fetches = false) => (fetches ? FetchingKernels : Kernels)[((columns - 1) * MaximumRows) + rows - 1];

    private static TileKernel[] Build<TFetches>() where TFetches : struct, IFixedNumber
    {
        var kernels = new TileKernel[MaximumColumns * MaximumRows];
        Add<One, TFetches>(kernels);
        Add<Two, TFetches>(kernels);
        Add<Three, TFetches>(kernels);
        Add<Four, TFetches>(kernels);
        return kernels;
    }

    private static void Add<TColumns, TFetches>(TileKernel[] kernels) where TColumns : struct, IFixedNumber where TFetches : struct, IFixedNumber
    {
        int at = (TColumns.Value - 1) * MaximumRows;
        kernels[at] = &Tile<T, One, TColumns, TFetches>.Multiply;
        kernels[at + 1] = &Tile<T, Two, TColumns, TFetches>.Multiply;
        kernels[at + 2] = &Tile<T, Three, TColumns, TFetches>.Multiply;
        kernels[at + 3] = &Tile<T, Four, TColumns, TFetches>.Multiply;
        kernels[at + 4] = &Tile<T, Five, TColumns, TFetches>.Multiply;
        kernels[at + 5] = &Tile<T, Six, TColumns, TFetches>.Multiply;
        kernels[at + 6] = &Tile<T, Seven, TColumns, TFetches>.Multiply;
        kernels[at + 7] = &Tile<T, Eight, TColumns, TFetches>.Multiply;
    }
}
