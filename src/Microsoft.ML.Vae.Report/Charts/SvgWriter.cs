using System.Globalization;
using System.Text;

namespace Microsoft.ML.Vae.Report;

/// <summary>Elements of a drawing, escaped and in invariant numbers. Colours are classes of <see cref="FigureStyle"/>, for pages that allow no inline style.</summary>
internal sealed class SvgWriter(string id, bool isAlone)
{
    private readonly StringBuilder _text = new();
    private int _clips;

    /// <summary>Letters that go before the names of parts.</summary>
    public string Id => id;

    public override string ToString() => _text.ToString();

    /// <summary>A writer for what stands within this one's root.</summary>
    public SvgWriter Inside() => new(id, isAlone);

    /// <summary>The outer element around what was drawn.</summary>
    public void Root(Figure figure, double height, SvgWriter inside)
    {
        Raw($"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"figure\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\" viewBox=\"0 0 {figure.Width} {Number(height)}\"{(isAlone ? $" width=\"{figure.Width}\" height=\"{Number(height)}\"" : "")}>");
        Raw($"<title id=\"{id}-t\">{Escape(figure.Title)}</title><desc id=\"{id}-d\">{Escape(figure.Description)}</desc>\n");
        if (isAlone) Raw($"<style>{FigureStyle.Css}</style><rect class=\"paper\" width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        Raw($"{inside}</svg>{(isAlone ? "\n" : "")}");
    }

    public void Text(double x, double y, string text, string style, string anchor = "start") =>
        Raw($"<text class=\"{style}\" x=\"{Number(x)}\" y=\"{Number(y)}\"{(anchor == "start" ? "" : $" text-anchor=\"{anchor}\"")}>{Escape(text)}</text>\n");

    public void Line(double x0, double y0, double x1, double y1, string style) =>
        Raw($"<path class=\"{style}\" d=\"M{Number(x0)} {Number(y0)}L{Number(x1)} {Number(y1)}\"/>\n");

    public void Path(string data, string style, string attributes = "") => Raw($"<path class=\"{style}\"{attributes} d=\"{data}\"/>\n");

    public void Rectangle(double x, double y, double width, double height, string style, string attributes = "") =>
        Raw($"<rect class=\"{style}\"{attributes} x=\"{Number(x)}\" y=\"{Number(y)}\" width=\"{Number(width)}\" height=\"{Number(height)}\"/>\n");

    /// <summary>A raster stretched over a rectangle.</summary>
    public void Image(double x, double y, double width, double height, ReadOnlySpan<byte> png, bool isSmooth) =>
        Raw($"<image x=\"{Number(x)}\" y=\"{Number(y)}\" width=\"{Number(width)}\" height=\"{Number(height)}\" preserveAspectRatio=\"none\"{(isSmooth ? "" : " image-rendering=\"pixelated\"")} href=\"data:image/png;base64,{Convert.ToBase64String(png)}\"/>\n");

    /// <summary>Begins a group of which only what lies in the rectangle is seen.</summary>
    public void Clip(double x, double y, double width, double height)
    {
        string name = $"{id}-c{_clips++}";
        Raw($"<clipPath id=\"{name}\"><rect x=\"{Number(x)}\" y=\"{Number(y)}\" width=\"{Number(width)}\" height=\"{Number(height)}\"/></clipPath><g clip-path=\"url(#{name})\">\n");
    }

    /// <summary>Begins a group moved to a place.</summary>
    public void Move(double x, double y) => Raw($"<g transform=\"translate({Number(x)} {Number(y)})\">\n");

    public void End() => Raw($"</g>\n");

    /// <summary>What another writer has drawn.</summary>
    public void Add(SvgWriter other) => _text.Append(other._text);

    /// <summary>A number to a tenth of a unit: finer than a pixel.</summary>
    public static string Number(double value) => (Math.Round(value, 1) + 0.0).ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>Text that means itself in XML and HTML; what XML cannot hold becomes a replacement character.</summary>
    public static string Escape(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (char c in text)
            _ = c switch
            {
                '<' => safe.Append("&lt;"),
                '>' => safe.Append("&gt;"),
                '&' => safe.Append("&amp;"),
                '"' => safe.Append("&quot;"),
                '\'' => safe.Append("&#39;"),
                '\t' or '\n' or '\r' => safe.Append(' '),
                < ' ' or (>= '\ud800' and <= '\udfff') or '\ufffe' or '\uffff' => safe.Append('\ufffd'),
                _ => safe.Append(c),
            };
        return safe.ToString();
    }

    private void Raw(FormattableString text) => _text.Append(text.ToString(CultureInfo.InvariantCulture));
}
