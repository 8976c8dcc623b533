namespace Microsoft.ML.Vae.Report;

/// <summary>A colour in sRGB.</summary>
/// <param name="Red">0 to 255.</param>
/// <param name="Green">0 to 255.</param>
/// <param name="Blue">0 to 255.</param>
public readonly record struct Colour(byte Red, byte Green, byte Blue)
{
    /// <summary>"#rrggbb".</summary>
    public override string ToString() => $"#{Red:x2}{Green:x2}{Blue:x2}";
}

/// <summary>Colours for numbers, interpolated between a few.</summary>
public sealed class ColourMap
{
    private readonly uint[] _stops;

    private ColourMap(string name, params uint[] stops) => (Name, _stops) = (name, stops);

    /// <summary>From dark blue over green to yellow, its lightness rising evenly, whatever one's eyes: for amounts.</summary>
    public static ColourMap Amount { get; } = new("Amount", 0x440154, 0x482475, 0x414487, 0x355f8d, 0x2a788e, 0x21908d, 0x22a884, 0x44bf70, 0x7ad151, 0xbddf26, 0xfde725);

    /// <summary>From black to white: for images.</summary>
    public static ColourMap Grey { get; } = new("Grey", 0x000000, 0xffffff);

    /// <summary>Ends where it begins: for angles.</summary>
    public static ColourMap Circle { get; } = new("Circle", 0x0072b2, 0x009e73, 0xc9b200, 0xd55e00, 0xaa4499, 0x0072b2);

    /// <summary>What it is for.</summary>
    public string Name { get; }

    /// <summary>The colour at a share, [0, 1]; beyond, that of the end.</summary>
    public Colour At(double share)
    {
        double x = (double.IsNaN(share) ? 0 : Math.Clamp(share, 0, 1)) * (_stops.Length - 1);
        int i = Math.Min((int)x, _stops.Length - 2);
        return new(Mix(16), Mix(8), Mix(0));

        byte Mix(int shift)
        {
            double from = (_stops[i] >> shift) & 255, to = (_stops[i + 1] >> shift) & 255;
            return (byte)Math.Round(from + ((x - i) * (to - from)));
        }
    }
}
