namespace Microsoft.ML.Vae.Core;

/// <summary>A number as a type, so that the JIT sees a constant and removes what it excludes.</summary>
internal interface IFixedNumber
{
    static abstract int Value { get; }
}

internal readonly struct Zero : IFixedNumber
{
    public static int Value => 0;
}

internal readonly struct One : IFixedNumber
{
    public static int Value => 1;
}

internal readonly struct Two : IFixedNumber
{
    public static int Value => 2;
}

internal readonly struct Three : IFixedNumber
{
    public static int Value => 3;
}

internal readonly struct Four : IFixedNumber
{
    public static int Value => 4;
}

internal readonly struct Five : IFixedNumber
{
    public static int Value => 5;
}

internal readonly struct Six : IFixedNumber
{
    public static int Value => 6;
}

internal readonly struct Seven : IFixedNumber
{
    public static int Value => 7;
}

internal readonly struct Eight : IFixedNumber
{
    public static int Value => 8;
}
