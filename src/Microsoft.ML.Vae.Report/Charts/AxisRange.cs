using System.Globalization;

namespace Microsoft.ML.Vae.Report;

/// <summary>An axis with its ends settled: places as shares of its length, and marks along it.</summary>
internal sealed class AxisRange
{
    private readonly Axis _axis;
    private readonly double _low, _high;

    private AxisRange(Axis axis, double low, double high, double step)
    {
        (_axis, Low, High, Step) = (axis, low, high, step);
        (_low, _high) = (Bent(low), Bent(high));
    }

    public double Low { get; }

    public double High { get; }

    private double Step { get; }

    private bool IsLogarithmic => _axis.Scale == AxisScale.Logarithmic;

    /// <summary>Settles the ends.</summary>
    /// <param name="axis">What was asked for.</param>
    /// <param name="values">All numbers to be shown; what is not finite is ignored.</param>
    /// <param name="marks">About so many marks.</param>
    public static AxisRange Of(Axis axis, IEnumerable<double> values, int marks)
    {
        bool isLogarithmic = axis.Scale == AxisScale.Logarithmic;
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double v in values)
            if (double.IsFinite(v) && (!isLogarithmic || v > 0)) (low, high) = (Math.Min(low, v), Math.Max(high, v));
        if (low > high) (low, high) = isLogarithmic ? (1, 10) : (0, 1);
        (low, high) = (axis.Low ?? low, axis.High ?? high);
        if (!(high > low)) (low, high) = isLogarithmic ? (low / 2, low * 2) : (low - (axis.Low is null ? Math.Max(0.5, Math.Abs(low) / 10) : 0), low + Math.Max(0.5, Math.Abs(low) / 10));
        double step = isLogarithmic ? 0 : RoundStep((high - low) / marks);
        if (axis.IsRounded && !isLogarithmic)
        {
            const double Hair = 1e-9;
            if (axis.Low is null) low = step * Math.Floor((low / step) + Hair);
            if (axis.High is null) high = step * Math.Ceiling((high / step) - Hair);
        }
        return new AxisRange(axis, low, high, step);
    }

    /// <summary>The share of the axis at a number; NaN where it has none.</summary>
    public double Share(double value) => (Bent(value) - _low) / (_high - _low);

    /// <summary>Marks with their names.</summary>
    public IEnumerable<(double At, string Name)> Marks() => _axis.Marks?.Where(m => m.At >= Low && m.At <= High) ?? (IsLogarithmic ? LogarithmicMarks() : LinearMarks(Step));

    /// <summary>A number as a mark would be named with marks so far apart.</summary>
    public static string Name(double value, double step)
    {
        if (value == 0) return "0";
        if (Math.Abs(value) >= 1e6 || step < 1e-4) return Scientific(value, step);
        int decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-6), 0, 6);
        return Minus(value.ToString(Math.Abs(value) >= 10_000 ? $"N{decimals}" : $"F{decimals}", CultureInfo.InvariantCulture));
    }

    private IEnumerable<(double, string)> LinearMarks(double step)
    {
        const double Hair = 1e-6;
        for (double k = Math.Ceiling((Low / step) - Hair); k * step <= High + (Hair * step); k++) yield return (k * step, Name(k * step, step));
    }

    // Within a part of a decade there may be none of these: round numbers, closer together, tell more there.
    private IEnumerable<(double, string)> LogarithmicMarks()
    {
        const int Few = 3;
        const double Narrow = 1.2;
        (double, string)[] marks = [.. PowerMarks()];
        return marks.Length < Few && _high - _low < Narrow ? LinearMarks(RoundStep((High - Low) / Few)) : marks;
    }

    private IEnumerable<(double, string)> PowerMarks()
    {
        double decades = _high - _low;
        int first = (int)Math.Floor(_low), last = (int)Math.Ceiling(_high), every = Math.Max(1, (int)Math.Ceiling(decades / 7));
        double[] factors = decades < 1.2 ? [1, 2, 3, 5, 7] : decades < 2.6 ? [1, 2, 5] : [1];
        for (int power = first; power <= last; power++)
            foreach (double factor in factors)
            {
                double at = factor * Math.Pow(10, power);
                if (at >= Low * 0.999 && at <= High * 1.001 && power % every == 0) yield return (at, PowerName(at, factor, power));
            }
    }

    private static string PowerName(double at, double factor, int power) =>
        power is >= -3 and <= 4 ? at.ToString("#,0.###", CultureInfo.InvariantCulture) : $"{(factor == 1 ? "" : $"{factor}·")}10{Superscript(power)}";

    /// <summary>A head times a power of ten, with the digits that steps of that size need.</summary>
    public static string Scientific(double value, double step)
    {
        int power = (int)Math.Floor(Math.Log10(Math.Abs(value)) + 1e-9);
        double head = value / Math.Pow(10, power), grain = step / Math.Pow(10, power);
        int decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(grain) - 1e-6), 0, 3);
        return $"{Minus(head.ToString($"F{decimals}", CultureInfo.InvariantCulture))}·10{Superscript(power)}";
    }

    private static string Minus(string number) => number.Replace('-', '−');

    private static string Superscript(int power) => string.Concat(power.ToString(CultureInfo.InvariantCulture).Select(c => c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']));

    private static double RoundStep(double rough)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return power * (rough / power) switch { <= 1.4 => 1, <= 2.8 => 2, <= 5.0001 => 5, _ => 10 };
    }

    private double Bent(double value) => !IsLogarithmic ? value : value > 0 ? Math.Log10(value) : double.NaN;
}
