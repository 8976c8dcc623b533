using System.Globalization;
using System.Text;

namespace Microsoft.ML.Vae.Report;

/// <summary>HTML with every text escaped: what is interpolated is text, unless it is <see cref="Markup"/>. Numbers are invariant.</summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _text = new();
    private int _figures;

    public override string ToString() => _text.ToString();

    /// <summary>Appends a template whose holes are escaped.</summary>
    public void Add(FormattableString template)
    {
        object?[] arguments = [.. template.GetArguments().Select(a => a is Markup markup ? (object)markup : new Escaped(a))];
        _text.AppendFormat(CultureInfo.InvariantCulture, template.Format, arguments).Append('\n');
    }

    /// <summary>A figure that stands by itself.</summary>
    public void Add(Figure figure) => _text.Append("<div class=\"chart\">").Append(figure.ToFragment($"g{_figures++}")).Append("</div>\n");

    /// <summary>A table that can be scrolled where it is wider than the screen.</summary>
    /// <param name="caption">What it holds.</param>
    /// <param name="head">Names of the columns; numbers stand right below those that begin with "#".</param>
    /// <param name="rows">Cells, the first of each row its head; texts are escaped.</param>
    public void Table(string caption, IReadOnlyList<string> head, IEnumerable<IReadOnlyList<object>> rows)
    {
        Add($"<div class=\"wide\" role=\"region\" aria-label=\"{caption}\" tabindex=\"0\"><table><caption>{caption}</caption><thead><tr>");
        foreach (string name in head) Add($"<th scope=\"col\"{Number(name)}>{name.TrimStart('#')}</th>");
        Add($"</tr></thead><tbody>");
        foreach (var row in rows)
        {
            _text.Append("<tr>");
            for (int c = 0; c < row.Count; c++) Add(c == 0 ? $"<th scope=\"row\"{Number(head[c])}>{row[c]}</th>" : (FormattableString)$"<td{Number(head[c])}>{row[c]}</td>");
            _text.Append("</tr>");
        }
        Add($"</tbody></table></div>");
    }

    private static Markup Number(string head) => new(head.StartsWith('#') ? " class=\"n\"" : "");

    /// <summary>An argument that is text.</summary>
    private sealed class Escaped(object? value) : IFormattable
    {
        public string ToString(string? format, IFormatProvider? provider) => SvgWriter.Escape(value is IFormattable f ? f.ToString(format, provider) : value?.ToString() ?? "");

        public override string ToString() => ToString(null, CultureInfo.InvariantCulture);
    }
}

/// <summary>Text that is HTML already.</summary>
/// <param name="Html">Well formed.</param>
internal sealed record Markup(string Html)
{
    public override string ToString() => Html;
}
