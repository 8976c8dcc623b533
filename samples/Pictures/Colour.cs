namespace Pictures;

/// <summary>A colour by its shares of red, green and blue, each in [0, 1].</summary>
public readonly record struct Colour(double Red, double Green, double Blue)
{
    public static Colour Black { get; } = new(0, 0, 0);

    public static Colour White { get; } = new(1, 1, 1);

    public static Colour Grey(double level) => new(level, level, level);

    /// <summary>Dark blue over green to yellow, its lightness rising evenly: for amounts.</summary>
    public static Colour Amount(double share)
    {
        double x = Math.Clamp(share, 0, 1) * (Viridis.Length - 1);
        int i = Math.Min((int)x, Viridis.Length - 2);
        return Viridis[i].Mix(Viridis[i + 1], x - i);
    }

    /// <summary>The colour circle, for angles in radians.</summary>
    public static Colour Angle(double radians)
    {
        static double Wave(double x) => 0.5 + (0.42 * Math.Cos(x));
        return new(Wave(radians), Wave(radians - (2 * Math.PI / 3)), Wave(radians + (2 * Math.PI / 3)));
    }

    /// <summary>This colour with a share of another.</summary>
    public Colour Mix(Colour other, double share) =>
        new(Red + (share * (other.Red - Red)), Green + (share * (other.Green - Green)), Blue + (share * (other.Blue - Blue)));

    private static readonly Colour[] Viridis =
    [
        new(0.267, 0.005, 0.329), new(0.283, 0.141, 0.458), new(0.254, 0.265, 0.530), new(0.207, 0.372, 0.553), new(0.164, 0.471, 0.558),
        new(0.128, 0.567, 0.551), new(0.135, 0.659, 0.518), new(0.267, 0.749, 0.441), new(0.478, 0.821, 0.318), new(0.741, 0.873, 0.150),
        new(0.993, 0.906, 0.144),
    ];
}
