namespace Microsoft.ML.Vae.Core;

/// <summary>A trained [steps, columns] matrix as column panels, for products from the right, and as panels of its transpose, for the way back.</summary>
internal sealed unsafe class PackedMatrix<T> where T : unmanaged, ILanes<T>
{
    // Steps of the largest part of a gradient; with the widest panel, 16 kB stay in the first-level cache.
    private const int MaximumSteps = 64;

    private readonly AlignedBuffer? _transpose;
    private readonly PanelLayout _transposeLayout;
    private readonly int _steps, _columns;

    /// <param name="steps">Rows: the summation index of a product.</param>
    /// <param name="columns">Columns before padding.</param>
    /// <param name="hasTranspose">Whether the way back is asked for.</param>
    public PackedMatrix(int steps, int columns, bool hasTranspose)
    {
        (_steps, _columns) = (steps, columns);
        Layout = new PanelLayout(steps, columns, T.Count, T.TileColumns);
        _transposeLayout = new PanelLayout(columns, steps, T.Count, T.TileColumns);
        Buffer = new TrainedBuffer(Layout.Length);
        Zeros = new AlignedBuffer(Math.Max(Layout.Columns, _transposeLayout.Columns));
        if (hasTranspose) _transpose = new AlignedBuffer(_transposeLayout.Length);
    }

    /// <summary>Packing.</summary>
    public PanelLayout Layout { get; }

    public TrainedBuffer Buffer { get; }

    /// <summary>A row of zeros, as long as a product of either kind.</summary>
    public AlignedBuffer Zeros { get; }

    /// <summary>Floats of a row that <see cref="MultiplyTransposed"/> writes.</summary>
    public int TransposedColumns => _transposeLayout.Columns;

    /// <summary>C = start + A · W.</summary>
    public void Multiply(RowBlock a, int rows, float* start, RowBlock c) => PanelProduct<T>.Multiply(a.Pointer, a.Stride, rows, Buffer.Values.Pointer, Layout, start, c.Pointer, c.Stride);

    /// <summary>C = A · Wᵀ.</summary>
    public void MultiplyTransposed(RowBlock a, int rows, RowBlock c) =>
        PanelProduct<T>.Multiply(a.Pointer, a.Stride, rows, _transpose!.Pointer, _transposeLayout, Zeros.Pointer, c.Pointer, c.Stride);

    /// <summary>gradient (+)= Aᵀ · D for one part; A from the part's first step on, D from its panel's first column on.</summary>
    public void MultiplyGradient(in WeightRange range, RowBlock a, RowBlock d, int rows, float* gradient, bool add, FetchList? ahead) =>
        PanelProduct<T>.MultiplyTransposed(a.Pointer, a.Stride, range.Last - range.First, d.Pointer, d.Stride, rows, Layout.Registers(range.Panel), gradient, add ? null : Zeros.Pointer, ahead);

    /// <summary>Parts of some steps of a panel, whole panels of the transpose, so that each of these holds them as one run; the first of a panel takes the bias with it.</summary>
    /// <remarks>The shorter side comes in the inner loop: outputs or deltas of all rows stay in the second-level cache until the longer side has passed.</remarks>
    public IEnumerable<WeightRange> Ranges()
    {
        var bands = Bands().ToArray();
        var panels = Enumerable.Range(0, Layout.PanelCount);
        return _steps < _columns
            ? panels.SelectMany(panel => bands.Select(band => Range(panel, band)))
            : bands.SelectMany(band => panels.Select(panel => Range(panel, band)));

        static WeightRange Range(int panel, (int First, int Last) band) => new(panel, band.First, band.Last, band.First == 0);
    }

    /// <summary>Where a part begins in the buffer.</summary>
    public int Offset(in WeightRange range) => Layout.Offset(range.Panel) + (range.First * Layout.Width(range.Panel));

    /// <summary>Floats of a part.</summary>
    public int Length(in WeightRange range) => (range.Last - range.First) * Layout.Width(range.Panel);

    /// <summary>What the Adam step and the transposition of a part read and write.</summary>
    public FetchList Fetched(in WeightRange range)
    {
        int offset = Offset(range), length = Length(range);
        List<(nint First, int Floats)> places = [];
        foreach (var buffer in new[] { Buffer.Values, Buffer.FirstMoment, Buffer.SecondMoment }) places.Add(((nint)(buffer.Pointer + offset), length));
        if (_transpose is not null) places.AddRange(TransposedRuns(range).Select(run => ((nint)(_transpose.Pointer + run.First), run.Floats)));
        return new FetchList([.. places]);
    }

    /// <summary>Where a part lies in the transpose: a run in each panel that its steps take up.</summary>
    public IEnumerable<(int First, int Floats)> TransposedRuns(WeightRange range)
    {
        int column = Layout.FirstColumn(range.Panel), columns = Math.Clamp(_columns - column, 0, Layout.Width(range.Panel));
        for (int panel = _transposeLayout.PanelOf(range.First); panel < _transposeLayout.PanelCount && _transposeLayout.FirstColumn(panel) < range.Last; panel++)
            yield return (_transposeLayout.Index(column, _transposeLayout.FirstColumn(panel)), columns * _transposeLayout.Width(panel));
    }

    /// <summary>Brings a part of the transpose up to date.</summary>
    public void Transpose(in WeightRange range)
    {
        if (_transpose is not null) PanelTranspose.Copy(Buffer.Values.Pointer, Layout, range.Panel, range.First, range.Last, _transpose.Pointer, _transposeLayout);
    }

    /// <summary>Takes one kind of value from a plain matrix, whose element (step, column) <paramref name="index"/> finds; −1: padding.</summary>
    public void Import(ReadOnlySpan<float> source, Func<int, int, int> index, Func<TrainedBuffer, AlignedBuffer> kind)
    {
        var packed = kind(Buffer).Span;
        for (int step = 0; step < _steps; step++)
            for (int column = 0; column < _columns; column++)
                if (index(step, column) is >= 0 and int from) packed[Layout.Index(step, column)] = source[from];
        foreach (var range in Ranges()) Transpose(range);
    }

    /// <summary>The inverse of <see cref="Import"/>.</summary>
    public void Export(Span<float> target, Func<int, int, int> index, Func<TrainedBuffer, AlignedBuffer> kind)
    {
        var packed = kind(Buffer).Span;
        for (int step = 0; step < _steps; step++)
            for (int column = 0; column < _columns; column++)
                if (index(step, column) is >= 0 and int to) target[to] = packed[Layout.Index(step, column)];
    }

    // As many panels of the transpose as fit a part, at least one.
    private IEnumerable<(int First, int Last)> Bands()
    {
        for (int panel = 0, last; panel < _transposeLayout.PanelCount; panel = last)
        {
            int first = _transposeLayout.FirstColumn(panel);
            last = panel + 1;
            while (last < _transposeLayout.PanelCount && _transposeLayout.FirstColumn(last + 1) - first <= MaximumSteps) last++;
            yield return (first, Math.Min(_steps, _transposeLayout.FirstColumn(last)));
        }
    }
}
