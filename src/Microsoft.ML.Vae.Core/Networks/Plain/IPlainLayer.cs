namespace Microsoft.ML.Vae.Core;

/// <summary>A layer to read: plain loops in single precision over rows that lie side by side.</summary>
internal interface IPlainLayer
{
    /// <summary>y = f(x) of each row.</summary>
    /// <param name="parameters">The whole buffer.</param>
    /// <param name="x">[rows, input].</param>
    /// <param name="y">[rows, output].</param>
    /// <param name="rows">Number of rows.</param>
    void Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, Span<float> y, int rows);

    /// <summary>Writes ∂loss/∂x of each row, and adds ∂loss/∂parameters.</summary>
    /// <param name="parameters">The whole buffer.</param>
    /// <param name="x">What Forward saw.</param>
    /// <param name="y">What it made of it.</param>
    /// <param name="dy">∂loss/∂y, [rows, output].</param>
    /// <param name="dx">∂loss/∂x, [rows, input].</param>
    /// <param name="gradient">∂loss/∂parameters, the whole buffer.</param>
    /// <param name="rows">Number of rows.</param>
    void Backward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, Span<float> gradient, int rows);
}
