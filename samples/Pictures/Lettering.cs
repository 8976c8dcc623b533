namespace Pictures;

/// <summary>Capitals, digits and a few signs in a raster of five by seven.</summary>
public static class Lettering
{
    private const int Columns = 5, Advance = Columns + 1;
    private const string Signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,-+=/:()";
    private const string Base32 = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

    // Seven rows of five bits for each sign, the top row first. The zero is crossed, the letter O is not.
    private static readonly string[] Rows =
    [
        "EHHVHHH", "UHHUHHU", "EHGGGHE", "UHHHHHU", "VGGUGGV", "VGGUGGG", "EHGNHHF", "HHHVHHH", "E44444E", "72222IC", "HIKOKIH", "GGGGGGV", "HRLLHHH",
        "HHPLJHH", "EHHHHHE", "UHHUGGG", "EHHHLID", "UHHUKIH", "FGGE11U", "V444444", "HHHHHHE", "HHHHHA4", "HHHLLLA", "HHA4AHH", "HHHA444", "V1248GV",
        "EHJLPHE", "4C4444E", "EH1248V", "V2421HE", "26AIV22", "VGU11HE", "68GUHHE", "V124888", "EHHEHHE", "EHHF12C",
        "00000CC", "0000C48", "000V000", "044V440", "00V0V00", "01248G0", "0CC0CC0", "2488842", "8422248",
    ];

    /// <summary>Pixels down a line of text.</summary>
    public static int Height(int scale = 2) => 7 * scale;

    /// <summary>Pixels along a text.</summary>
    public static int Width(string text, int scale = 2) => ((text.Length * Advance) - 1) * scale;

    /// <summary>Writes a line of text from its upper left corner; lower case becomes upper, other signs become gaps.</summary>
    public static void Write(this Canvas canvas, int x, int y, string text, Colour colour, int scale = 2)
    {
        foreach (char sign in text.ToUpperInvariant())
        {
            int index = Signs.IndexOf(sign);
            for (int row = 0; row < 7 && index >= 0; row++)
            {
                int bits = Base32.IndexOf(Rows[index][row]);
                for (int column = 0; column < Columns; column++)
                {
                    if ((bits & (16 >> column)) != 0) canvas.Fill(x + (column * scale), y + (row * scale), scale, scale, colour);
                }
            }

            x += Advance * scale;
        }
    }
}
