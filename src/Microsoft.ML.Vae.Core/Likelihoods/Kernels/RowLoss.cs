namespace Microsoft.ML.Vae.Core;

/// <summary>A likelihood's loss of single rows at one register width, with its gradients. Pointers are rows padded to whole registers.</summary>
/// <remarks>Threads may work on different rows at once, each under a number of its own; the gradient of the likelihood's own parameters is one thread's work.</remarks>
internal abstract unsafe class RowLoss
{
    /// <summary>Takes the likelihood's parameters of this step.</summary>
    public virtual void Prepare(ReadOnlySpan<float> parameters) { }

    /// <summary>log p(x|x̂ = x), up to a term that <see cref="Distortion"/> leaves out as well.</summary>
    /// <param name="x">Target.</param>
    /// <param name="observed">1 where a feature is observed, else 0; null: all are.</param>
    /// <param name="thread">Who asks.</param>
    public abstract double LogLikelihoodAtMode(float* x, float* observed, int thread);

    /// <summary>Returns ΣD(x, x̂) over the observed features; writes weight · ∂ΣD/∂output to <paramref name="delta"/>.</summary>
    public abstract double Distortion(float* x, float* observed, float* output, float* delta, float weight, int thread);

    /// <summary>Returns ΣD(x̆, x̂), where both come from the decoder; writes weight · ∂/∂output to <paramref name="delta"/> and adds
    /// weight · ∂/∂outputAtMean to <paramref name="deltaAtMean"/>.</summary>
    public abstract double CodingDistortion(float* observed, float* outputAtMean, float* output, float* delta, float* deltaAtMean, float weight, int thread);

    /// <summary>Adds each feature's Dᵢ(x, x̂) to <paramref name="sums"/>, less <see cref="TermAtMode"/>. Full registers are read and written.</summary>
    public abstract void AddTerms(float* x, float* output, float* sums, int thread);

    /// <summary>What <see cref="AddTerms"/> leaves out of a feature's Dᵢ: it depends on the target alone.</summary>
    public virtual double TermAtMode(float x, int feature) => 0;

    /// <summary>Begins the gradient of the likelihood's own parameters over a batch.</summary>
    public virtual void BeginGradient(AlignedBuffer gradient) { }

    /// <summary>Adds a row's mode, weight · ∂(−mode)/∂parameters.</summary>
    public virtual void AddModeGradient(float* x, float* observed, float weight, AlignedBuffer gradient) { }

    /// <summary>Adds weight · ∂ΣD/∂parameters of one draw of a row.</summary>
    public virtual void AddGradient(float* x, float* observed, float* output, float weight, AlignedBuffer gradient) { }

    /// <summary>Adds weight · ∂ΣD(x̆, x̂)/∂parameters.</summary>
    public virtual void AddCodingGradient(float* observed, float* outputAtMean, float* output, float weight, AlignedBuffer gradient) { }

    /// <summary>Completes the gradient in its buffer.</summary>
    public virtual void FinishGradient(AlignedBuffer gradient) { }

    /// <summary>The loss at the widest registers that the machine has.</summary>
    public static RowLoss Create(Likelihood likelihood, int features, int threads) =>
        Lanes512.IsSupported ? likelihood.CreateLoss<Lanes512>(features, threads)
        : Lanes256.IsSupported ? likelihood.CreateLoss<Lanes256>(features, threads)
        : likelihood.CreateLoss<Lanes128>(features, threads);
}
