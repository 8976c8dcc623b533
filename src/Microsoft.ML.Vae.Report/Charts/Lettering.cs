using System.Globalization;

namespace Microsoft.ML.Vae.Report;

/// <summary>About how wide a text is. The reader's font is not known here; the estimate is that of common sans-serif faces, and errs on the wide side.</summary>
internal static class Lettering
{
    /// <summary>Height of letters in units of the drawing: of names and numbers, and of titles.</summary>
    public const double Size = 12, TitleSize = 14;

    /// <summary>Width in units of the drawing.</summary>
    public static double Width(string text, double size = Size)
    {
        double sum = 0;
        foreach (char c in text)
            sum += c switch
            {
                'i' or 'l' or 'j' or '.' or ',' or '\'' or ':' or ';' or '|' or '!' => 0.33,
                't' or 'f' or 'r' or ' ' or '(' or ')' or '[' or ']' or '-' or '/' => 0.4,
                'm' or 'w' or 'M' or 'W' or '%' or '@' => 0.95,
                _ when char.GetUnicodeCategory(c) == UnicodeCategory.OtherLetter => 1,
                _ when char.IsUpper(c) => 0.73,
                _ => 0.63,
            };
        return sum * size;
    }

    /// <summary>The text, or what fits of it and an ellipsis.</summary>
    public static string Fit(string text, double width, double size = Size)
    {
        if (Width(text, size) <= width) return text;
        int length = text.Length;
        while (length > 1 && Width(text[..length] + "…", size) > width) length--;
        return (char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)] : text[..length]) + "…";
    }

    /// <summary>Lines no wider than that, broken at spaces.</summary>
    public static IEnumerable<string> Wrap(string text, double width, double size = Size)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            string longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && Width(longer, size) > width)
            {
                yield return line;
                longer = word;
            }
            line = longer;
        }
        yield return Fit(line, width, size);
    }
}
