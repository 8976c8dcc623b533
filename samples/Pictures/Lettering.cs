namespace Pictures;

/// <summary>Capitals, digits and a few signs in a raster of three by five.</summary>
public static class Lettering
{
    private const string Signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-+=/:";

    // Five rows of three bits for each sign, the top row first.
    private static readonly string[] Rows =
    [
        "25755", "65656", "34443", "65556", "74647", "74644", "34553", "55755", "72227", "11152", "55655", "44447", "57755", "65555", "25552",
        "65644", "25573", "65655", "34216", "72222", "55557", "55552", "55775", "55255", "55222", "71247",
        "75557", "26227", "61247", "61216", "55711", "74616", "34757", "71222", "75757", "75716", "00002", "00700", "02720", "07070", "11244", "02020",
    ];

    /// <summary>Writes a line of text; lower case becomes upper, other signs become gaps.</summary>
    public static void Write(this Canvas canvas, int x, int y, string text, Colour colour, int scale = 2)
    {
        foreach (char sign in text.ToUpperInvariant())
        {
            int index = Signs.IndexOf(sign);
            for (int row = 0; row < 5 && index >= 0; row++)
            {
                int bits = Rows[index][row] - '0';
                for (int column = 0; column < 3; column++)
                {
                    if ((bits & (4 >> column)) != 0) canvas.Fill(x + column * scale, y + row * scale, scale, scale, colour);
                }
            }

            x += 4 * scale;
        }
    }
}
