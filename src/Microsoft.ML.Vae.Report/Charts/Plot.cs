namespace Microsoft.ML.Vae.Report;

/// <summary>The rectangle of the data, and where numbers lie in it.</summary>
internal sealed record Plot(AxisRange X, AxisRange Y, double Left, double Top, double Width, double Height)
{
    // Beyond the rectangle all places look alike, and renderers dislike large numbers.
    private const double Beyond = 3;

    public double Right => Left + Width;

    public double Bottom => Top + Height;

    /// <summary>NaN where the number has no place.</summary>
    public double Across(double value) => Left + (Math.Clamp(X.Share(value), -Beyond, Beyond) * Width);

    /// <summary>NaN where the number has no place.</summary>
    public double Up(double value) => Bottom - (Math.Clamp(Y.Share(value), -Beyond, Beyond) * Height);
}
