namespace Pictures;

/// <summary>One axis of a picture: its name and the values at its two ends.</summary>
public readonly record struct Axis(string Name, double Low, double High)
{
    /// <summary>Round numbers along the axis, about five.</summary>
    public IEnumerable<double> Ticks()
    {
        double raw = (High - Low) / 5, power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = power * (raw / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 };
        for (double k = Math.Ceiling(Low / step); k * step <= High; k++) yield return k * step;
    }
}

/// <summary>Frames with round numbers along them.</summary>
public static class Axes
{
    /// <summary>Pixels that numbers and names take on each side of a frame.</summary>
    public const int Margin = 46;

    private const int TickLength = 5, Gap = 4;

    /// <summary>Draws a frame within a margin all round, ticks along its left and lower side, names at their ends, a title above.</summary>
    public static void Frame(this Canvas canvas, string title, Axis across, Axis up)
    {
        int left = Margin, top = Margin, right = canvas.Width - Margin, bottom = canvas.Height - Margin, text = Lettering.Height();
        canvas.Path([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], 1, Colour.Black);
        foreach (double tick in across.Ticks())
        {
            int x = (int)Math.Round(left + ((tick - across.Low) / (across.High - across.Low) * (right - left)));
            canvas.Line(x, bottom, x, bottom + TickLength, 1, Colour.Black);
            canvas.Write(x - (Lettering.Width(Number(tick)) / 2), bottom + TickLength + Gap, Number(tick), Colour.Black);
        }

        foreach (double tick in up.Ticks())
        {
            int y = (int)Math.Round(bottom - ((tick - up.Low) / (up.High - up.Low) * (bottom - top)));
            canvas.Line(left - TickLength, y, left, y, 1, Colour.Black);
            canvas.Write(left - TickLength - Gap - Lettering.Width(Number(tick)), y - (text / 2), Number(tick), Colour.Black);
        }

        canvas.Write(right - Lettering.Width(across.Name), canvas.Height - text - Gap, across.Name, Colour.Black);
        canvas.Write(Gap, (top - text) / 2, up.Name, Colour.Black);
        canvas.Write(left, (top - text) / 2, title, Colour.Black);
    }

    /// <summary>Names the colours of lines, in a white box below and right of a corner.</summary>
    public static void Legend(this Canvas canvas, int x, int y, params (Colour Colour, string Name)[] entries)
    {
        const int Sample = 24;
        int text = Lettering.Height(), line = text + (2 * Gap);
        canvas.Fill(x, y, Sample + (3 * Gap) + entries.Max(entry => Lettering.Width(entry.Name)), entries.Length * line, Colour.White);
        for (int i = 0; i < entries.Length; i++)
        {
            canvas.Line(x + Gap, y + ((i + 0.5) * line), x + Gap + Sample, y + ((i + 0.5) * line), 3, entries[i].Colour);
            canvas.Write(x + (2 * Gap) + Sample, y + (i * line) + Gap, entries[i].Name, Colour.Black);
        }
    }

    private static string Number(double value) => FormattableString.Invariant($"{value:0.##}");
}
