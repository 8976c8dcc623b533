namespace Microsoft.ML.Vae.Core;

/// <summary>How a [steps, columns] matrix is packed for products from the right: column panels [panel][step][column], each as wide as a tile.</summary>
/// <remarks>Columns are padded with zeros to cache lines; panels are as equal in width as whole registers allow.</remarks>
internal sealed class PanelLayout
{
    private readonly int[] _first;

    /// <param name="steps">Rows of the packed matrix: the summation index of a product.</param>
    /// <param name="columns">Columns before padding.</param>
    /// <param name="lanes">Floats in a register.</param>
    /// <param name="tileColumns">Registers across a tile.</param>
    public PanelLayout(int steps, int columns, int lanes, int tileColumns)
    {
        (Steps, Columns, Lanes) = (steps, AlignedBuffer.Padded(columns), lanes);
        int registers = Columns / lanes, panels = (registers + tileColumns - 1) / tileColumns;
        _first = new int[panels + 1];
        for (int p = 0; p < panels; p++) _first[p + 1] = _first[p] + (registers / panels) + (p < registers % panels ? 1 : 0);
    }

    public int Steps { get; }

    /// <summary>Columns with padding.</summary>
    public int Columns { get; }

    public int Lanes { get; }

    public int PanelCount => _first.Length - 1;

    /// <summary>Floats of the packed matrix.</summary>
    public int Length => Steps * Columns;

    /// <summary>The first column of a panel.</summary>
    public int FirstColumn(int panel) => _first[panel] * Lanes;

    /// <summary>Registers across a panel.</summary>
    public int Registers(int panel) => _first[panel + 1] - _first[panel];

    /// <summary>Floats across a panel.</summary>
    public int Width(int panel) => Registers(panel) * Lanes;

    /// <summary>Where a panel starts in the packed matrix.</summary>
    public int Offset(int panel) => Steps * FirstColumn(panel);

    /// <summary>The panel that holds a column.</summary>
    public int PanelOf(int column)
    {
        int panel = 0;
        while (FirstColumn(panel + 1) <= column) panel++;
        return panel;
    }

    /// <summary>Where element [step, column] lies in the packed matrix.</summary>
    public int Index(int step, int column)
    {
        int panel = PanelOf(column);
        return Offset(panel) + (step * Width(panel)) + column - FirstColumn(panel);
    }
}
