using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>One Adam step (Kingma and Ba 2015) on registers, with the bias corrections of that step folded in.</summary>
internal readonly unsafe struct AdamUpdate<T> where T : unmanaged, ILanes<T>
{
    // Keeps the root's estimate finite where no gradient has been; far below ε².
    private const float LeastSquare = 1e-36f;

    private readonly float _rest1, _rest2, _epsilon, _rate;

    /// <param name="beta1">Decay of the mean gradient.</param>
    /// <param name="beta2">Decay of the mean squared gradient.</param>
    /// <param name="epsilon">Guard against division by zero.</param>
    /// <param name="learningRate">Step size.</param>
    /// <param name="step">Counted from 1.</param>
    public AdamUpdate(double beta1, double beta2, double epsilon, double learningRate, long step)
    {
        double rootCorrection = Math.Sqrt(1 - Math.Pow(beta2, step));
        (_rest1, _rest2, _epsilon) = ((float)(1 - beta1), (float)(1 - beta2), (float)(epsilon * rootCorrection));
        _rate = (float)(learningRate * rootCorrection / (1 - Math.Pow(beta1, step)));
    }

    /// <summary>Changes parameters and moments from <paramref name="offset"/> on; <paramref name="gradient"/> starts there, times <paramref name="scale"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(TrainedBuffer buffer, int offset, int count, float* gradient, float scale)
    {
        float* p = buffer.Values.Pointer + offset, first = buffer.FirstMoment.Pointer + offset, second = buffer.SecondMoment.Pointer + offset;
        T rest1 = T.Create(_rest1), rest2 = T.Create(_rest2), epsilon = T.Create(_epsilon), rate = T.Create(_rate), factor = T.Create(scale), least = T.Create(LeastSquare);
        for (nint i = 0; i < count; i += T.Count)
        {
            T g = T.Load(gradient + i) * factor, m = T.Load(first + i), v = T.Load(second + i);
            m = T.SubtractProduct(rest1, m - g, m);
            v = T.SubtractProduct(rest2, T.SubtractProduct(g, g, v), v);
            T.Store(m, first + i);
            T.Store(v, second + i);
            T root = T.Root(T.Max(least, v));
            T.Store(T.SubtractProduct(rate * m, T.Reciprocal(root + epsilon), T.Load(p + i)), p + i);
        }
    }
}
