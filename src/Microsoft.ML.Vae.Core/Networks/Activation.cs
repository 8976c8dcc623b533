using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>An elementwise non-linearity. Every derivative below is a function of the output alone.</summary>
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
}

/// <summary>Forward and backward pass of an <see cref="Activation"/>, single precision for training.</summary>
public static class Activations
{
    // Floats of the widest vector that TensorPrimitives uses.
    private const int VectorLength = 16;

    /// <summary>Replaces x by its activation, in place.</summary>
    public static void Apply(this Activation activation, Span<float> values)
    {
        if (activation is Activation.Tanh or Activation.Sigmoid && values.Length < VectorLength)
        {
            ApplyPadded(activation, values);
            return;
        }
        switch (activation)
        {
            case Activation.Tanh: TensorPrimitives.Tanh(values, values); break;
            case Activation.Relu: TensorPrimitives.Max(values, 0f, values); break;
            case Activation.Sigmoid: TensorPrimitives.Sigmoid(values, values); break;
            case Activation.Softplus: for (int i = 0; i < values.Length; i++) values[i] = (float)StableMath.Softplus(values[i]); break;
        }
    }

    // A span shorter than a vector would take the scalar path, whose last bit differs: one row must give what it gives in a batch.
    private static void ApplyPadded(Activation activation, Span<float> values)
    {
        Span<float> padded = stackalloc float[VectorLength];
        padded.Clear();
        values.CopyTo(padded);
        activation.Apply(padded);
        padded[..values.Length].CopyTo(values);
    }

    /// <summary>Multiplies the gradient by dy/dx, given the outputs y.</summary>
    public static void Backward(this Activation activation, ReadOnlySpan<float> outputs, Span<float> gradient)
    {
        switch (activation)
        {
            case Activation.Tanh: for (int i = 0; i < gradient.Length; i++) gradient[i] *= 1f - (outputs[i] * outputs[i]); break;
            case Activation.Relu: for (int i = 0; i < gradient.Length; i++) gradient[i] = outputs[i] > 0f ? gradient[i] : 0f; break;
            case Activation.Sigmoid: for (int i = 0; i < gradient.Length; i++) gradient[i] *= outputs[i] * (1f - outputs[i]); break;
            case Activation.Softplus: for (int i = 0; i < gradient.Length; i++) gradient[i] *= (float)-StableMath.ExpM1(-outputs[i]); break;
        }
    }

    /// <summary>The activation of one value, in double precision.</summary>
    public static double Value(this Activation activation, double x) => activation switch
    {
        Activation.Tanh => Math.Tanh(x),
        Activation.Relu => Math.Max(x, 0),
        Activation.Sigmoid => StableMath.Sigmoid(x),
        Activation.Softplus => StableMath.Softplus(x),
        _ => x,
    };

    /// <summary>dy/dx at the output y, in double precision.</summary>
    public static double Slope(this Activation activation, double y) => activation switch
    {
        Activation.Tanh => 1 - (y * y),
        Activation.Relu => y > 0 ? 1 : 0,
        Activation.Sigmoid => y * (1 - y),
        Activation.Softplus => -StableMath.ExpM1(-y),
        _ => 1,
    };

    /// <summary>d²y/dx² at the output y, in double precision; 0 at the kink of a ReLU.</summary>
    public static double Bend(this Activation activation, double y) => activation switch
    {
        Activation.Tanh => -2 * y * (1 - (y * y)),
        Activation.Sigmoid => y * (1 - y) * (1 - (2 * y)),
        Activation.Softplus => -StableMath.ExpM1(-y) * Math.Exp(-y),
        _ => 0,
    };
}
