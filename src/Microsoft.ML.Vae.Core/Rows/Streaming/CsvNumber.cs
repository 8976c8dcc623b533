using System.Globalization;

namespace Microsoft.ML.Vae.Core;

/// <summary>Numbers of a CSV field.</summary>
internal static class CsvNumber
{
    // Up to here a double holds every integer, and powers of ten are exact: one rounding in all (Clinger 1990).
    private const int ExactDigits = 15, ExactPower = 22;

    private static readonly double[] PowersOfTen = [.. Enumerable.Range(0, ExactPower + 1).Select(i => double.Parse($"1e{i}", CultureInfo.InvariantCulture))];

    /// <summary>Reads a number; spaces and one pair of quotes around it are ignored, an empty field is NaN.</summary>
    public static bool TryParse(ReadOnlySpan<byte> field, out float value)
    {
        field = field.Trim((byte)' ');
        if (field is [(byte)'"', .., (byte)'"']) field = field[1..^1];
        if (field.IsEmpty)
        {
            value = float.NaN;
            return true;
        }
        // The general parser stops at a zero byte, as a hole in a broken file has them, and takes what stands before it.
        return TryParseDecimal(field, out value) || (!field.Contains((byte)0) && float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value));
    }

    // Plain decimals such as −12.375: nearly every field of nearly every file, five times faster than the general parser.
    private static bool TryParseDecimal(ReadOnlySpan<byte> field, out float value)
    {
        bool negative = field[0] == '-';
        long mantissa = 0;
        int digits = 0, decimals = -1;
        for (int i = negative ? 1 : 0; i < field.Length; i++)
        {
            int digit = field[i] - '0';
            if ((uint)digit <= 9)
            {
                mantissa = (10 * mantissa) + digit;
                digits++;
                if (decimals >= 0) decimals++;
            }
            else if (field[i] == '.' && decimals < 0)
            {
                decimals = 0;
            }
            else
            {
                digits = 0;
                break;
            }
        }
        double magnitude = decimals > 0 && decimals <= ExactPower ? mantissa / PowersOfTen[decimals] : mantissa;
        value = (float)(negative ? -magnitude : magnitude);
        return digits is > 0 and <= ExactDigits;
    }
}
