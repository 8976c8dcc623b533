namespace Microsoft.ML.Vae.Core;

/// <summary>A likelihood's distortion of single rows, with its gradient. Pointers are rows padded to whole registers.</summary>
internal unsafe interface IRowLoss
{
    /// <summary>Takes the likelihood's parameters of this step.</summary>
    void Prepare(ReadOnlySpan<float> parameters);

    /// <summary>log p(x|x̂ = x), up to a term that <see cref="Distortion"/> leaves out as well.</summary>
    double LogLikelihoodAtMode(float* x);

    /// <summary>Returns ΣD(x, x̂); writes weight · ∂ΣD/∂output to <paramref name="delta"/>.</summary>
    double Distortion(float* x, float* output, float* delta, float weight, int thread);

    /// <summary>Returns ΣD(x̆, x̂), where both come from the decoder; writes weight · ∂/∂output to <paramref name="delta"/> and adds
    /// weight · ∂/∂outputAtMean to <paramref name="deltaAtMean"/>.</summary>
    double CodingDistortion(float* outputAtMean, float* output, float* delta, float* deltaAtMean, float weight, int thread);

    /// <summary>Adds each feature's Dᵢ(x, x̂) to <paramref name="sums"/>, less <see cref="TermAtMode"/>. Full registers are read and written.</summary>
    void AddTerms(float* x, float* output, float* sums, int thread);

    /// <summary>What <see cref="AddTerms"/> leaves out of a feature's Dᵢ: it depends on the target alone.</summary>
    double TermAtMode(float x);
}
