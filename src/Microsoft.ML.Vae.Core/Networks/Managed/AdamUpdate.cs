using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>One Adam step (Kingma and Ba 2015) on registers, with the bias corrections of that step folded in.</summary>
internal readonly unsafe struct AdamUpdate<T> where T : unmanaged, ILanes<T>
{
    // Keeps the reciprocal root finite where no gradient has been; far below ε².
    private const float LeastSquare = 1e-30f;

    private readonly float _beta1, _beta2, _epsilon, _rate, _correction;

    /// <param name="beta1">Decay of the mean gradient.</param>
    /// <param name="beta2">Decay of the mean squared gradient.</param>
    /// <param name="epsilon">Guard against division by zero.</param>
    /// <param name="learningRate">Step size.</param>
    /// <param name="step">Counted from 1.</param>
    public AdamUpdate(double beta1, double beta2, double epsilon, double learningRate, long step)
    {
        (_beta1, _beta2, _epsilon) = ((float)beta1, (float)beta2, (float)epsilon);
        _rate = (float)(learningRate / (1 - Math.Pow(beta1, step)));
        _correction = (float)(1 / (1 - Math.Pow(beta2, step)));
    }

    /// <summary>Changes parameters and moments from <paramref name="offset"/> on; <paramref name="gradient"/> starts there, times <paramref name="scale"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(TrainedBuffer buffer, int offset, int count, float* gradient, float scale)
    {
        float* p = buffer.Values.Pointer + offset, first = buffer.FirstMoment.Pointer + offset, second = buffer.SecondMoment.Pointer + offset;
        T beta1 = T.Create(_beta1), beta2 = T.Create(_beta2), rest1 = T.Create(1 - _beta1), rest2 = T.Create(1 - _beta2);
        T epsilon = T.Create(_epsilon), rate = T.Create(_rate), correction = T.Create(_correction), factor = T.Create(scale), least = T.Create(LeastSquare);
        for (nint i = 0; i < count; i += T.Count)
        {
            T g = T.Load(gradient + i) * factor;
            T m = T.MultiplyAdd(beta1, T.Load(first + i), rest1 * g);
            T v = T.MultiplyAdd(beta2, T.Load(second + i), rest2 * g * g);
            T.Store(m, first + i);
            T.Store(v, second + i);
            T square = T.Max(least, v * correction), root = square * T.ReciprocalSqrt(square);
            T.Store(T.SubtractProduct(rate * m, T.Reciprocal(root + epsilon), T.Load(p + i)), p + i);
        }
    }
}
