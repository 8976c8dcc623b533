using System.Text;

namespace Microsoft.ML.Vae.Report;

/// <summary>A picture in SVG with a text alternative, for light and dark, whose text is text. Immutable; the same figure gives the same bytes.</summary>
public abstract record Figure
{
    private protected Figure() { }

    /// <summary>Stands above the picture.</summary>
    public required string Title { get; init; }

    /// <summary>What is to be seen, in words, for those who do not see it.</summary>
    public required string Description { get; init; }

    /// <summary>Width in units of the drawing, of which letters are 12 high: 720 fill a page, 400 remain readable on a telephone.</summary>
    public int Width { get; init; } = 720;

    /// <summary>Height in the same units; where the content decides, it is not asked for.</summary>
    public int Height { get; init; } = 400;

    /// <summary>The picture as a file of its own, its style and background inside.</summary>
    public string ToSvg()
    {
        var svg = new SvgWriter("f", isAlone: true);
        Place(svg);
        return svg.ToString();
    }

    /// <summary>The picture for a page that brings <see cref="FigureStyle.Css"/>.</summary>
    /// <param name="id">Unique on the page, of letters and digits: names of parts begin with it.</param>
    public string ToFragment(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var svg = new SvgWriter(id, isAlone: false);
        Place(svg);
        return svg.ToString();
    }

    /// <summary>Writes the file.</summary>
    public void Save(string path) => File.WriteAllText(path, ToSvg(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

    /// <summary>Draws all but the outer element; returns the height that was used.</summary>
    internal abstract double Draw(SvgWriter svg);

    // The height is known only when all is drawn.
    private void Place(SvgWriter svg)
    {
        var inside = svg.Inside();
        double height = Draw(inside);
        svg.Root(this, height, inside);
    }
}
