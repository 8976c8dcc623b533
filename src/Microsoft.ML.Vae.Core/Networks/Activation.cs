namespace Microsoft.ML.Vae.Core;

/// <summary>An elementwise non-linearity.</summary>
public enum Activation
{
    /// <summary>y = x.</summary>
    Linear,

    /// <summary>y = tanh x.</summary>
    Tanh,

    /// <summary>y = max(x, 0).</summary>
    Relu,

    /// <summary>y = log(1 + eˣ), computed without overflow.</summary>
    Softplus,

    /// <summary>y = 1/(1 + e⁻ˣ).</summary>
    Sigmoid,

    /// <summary>y = x where x > 0, else eˣ − 1 (Clevert et al. 2016).</summary>
    Elu,

    /// <summary>y = x/(1 + e⁻ˣ), "swish" (Elfwing et al. 2018).</summary>
    Silu,

    /// <summary>y = x Φ(x), Φ the normal distribution function; not its tanh approximation (Hendrycks and Gimpel 2016).</summary>
    Gelu,
}

/// <summary>The mathematics of an <see cref="Activation"/>, in double precision. A new member needs a line in each function; none compiles without it.</summary>
public static class Activations
{
    /// <summary>The activation of one value.</summary>
    public static double Value(this Activation activation, double x) => activation switch
    {
        Activation.Linear => x,
        Activation.Tanh => Math.Tanh(x),
        Activation.Relu => Math.Max(x, 0),
        Activation.Softplus => StableMath.Softplus(x),
        Activation.Sigmoid => StableMath.Sigmoid(x),
        Activation.Elu => x > 0 ? x : StableMath.ExpM1(x),
        Activation.Silu => x * StableMath.Sigmoid(x),
        Activation.Gelu => x * StableMath.NormalCdf(x),
    };

    /// <summary>dy/dx at the input x with output y.</summary>
    public static double Slope(this Activation activation, double x, double y) => activation switch
    {
        Activation.Linear => 1,
        Activation.Tanh => 1 - (y * y),
        Activation.Relu => y > 0 ? 1 : 0,
        Activation.Softplus => -StableMath.ExpM1(-y),
        Activation.Sigmoid => y * (1 - y),
        Activation.Elu => y > 0 ? 1 : y + 1,
        Activation.Silu => StableMath.Sigmoid(x) * (1 + (x * StableMath.Sigmoid(-x))),
        Activation.Gelu => StableMath.NormalCdf(x) + (x * StableMath.NormalDensity(x)),
    };

    /// <summary>d²y/dx² at the input x with output y; 0 at a kink.</summary>
    public static double Bend(this Activation activation, double x, double y) => activation switch
    {
        Activation.Linear or Activation.Relu => 0,
        Activation.Tanh => -2 * y * (1 - (y * y)),
        Activation.Softplus => -StableMath.ExpM1(-y) * Math.Exp(-y),
        Activation.Sigmoid => y * (1 - y) * (1 - (2 * y)),
        Activation.Elu => y > 0 ? 0 : y + 1,
        Activation.Silu => StableMath.Sigmoid(x) * StableMath.Sigmoid(-x) * (2 + (x * (1 - (2 * StableMath.Sigmoid(x))))),
        Activation.Gelu => StableMath.NormalDensity(x) * (2 - (x * x)),
    };

    /// <summary>Whether its derivative needs the input: then that must be kept, and the output cannot take its place.</summary>
    internal static bool NeedsInput(this Activation activation) => activation switch
    {
        Activation.Linear or Activation.Tanh or Activation.Relu or Activation.Softplus or Activation.Sigmoid or Activation.Elu => false,
        Activation.Silu or Activation.Gelu => true,
    };

    /// <summary>Whether half of its range is (nearly) flat, so that weights before it start wider (He et al. 2015).</summary>
    internal static bool IsRectifier(this Activation activation) => activation switch
    {
        Activation.Linear or Activation.Tanh or Activation.Sigmoid => false,
        Activation.Relu or Activation.Softplus or Activation.Elu or Activation.Silu or Activation.Gelu => true,
    };
}
