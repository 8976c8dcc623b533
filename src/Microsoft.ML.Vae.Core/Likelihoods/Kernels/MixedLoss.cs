namespace Microsoft.ML.Vae.Core;

/// <summary>Losses of slots side by side: each sees its part of a row in buffers of its own, since slots end where registers do not.</summary>
internal sealed unsafe class MixedLoss : RowLoss
{
    private readonly Part[] _parts;

    public MixedLoss(IReadOnlyList<(MixedLikelihood.Place Place, RowLoss Loss)> slots, int threads) => _parts = [.. slots.Select(s => new Part(s.Place, s.Loss, threads))];

    public override void Prepare(ReadOnlySpan<float> parameters)
    {
        foreach (var p in _parts) p.Loss.Prepare(p.Place.Own(parameters));
    }

    public override double LogLikelihoodAtMode(float* x, float* observed, int thread)
    {
        double sum = 0;
        foreach (var p in _parts) sum += p.Loss.LogLikelihoodAtMode(p.Target(x, thread), p.Observed(observed, thread), thread);
        return sum;
    }

    public override double Distortion(float* x, float* observed, float* output, float* delta, float weight, int thread)
    {
        double sum = 0;
        foreach (var p in _parts)
        {
            sum += p.Loss.Distortion(p.Target(x, thread), p.Observed(observed, thread), p.Output(output, thread), p.At(Part.Delta, thread), weight, thread);
            p.Store(Part.Delta, delta, thread);
        }
        return sum;
    }

    public override double CodingDistortion(float* observed, float* outputAtMean, float* output, float* delta, float* deltaAtMean, float weight, int thread)
    {
        double sum = 0;
        foreach (var p in _parts)
        {
            float* added = p.Load(Part.DeltaAtMean, deltaAtMean + p.Place.Output, p.Place.Outputs, thread);
            sum += p.Loss.CodingDistortion(p.Observed(observed, thread), p.OutputAtMean(outputAtMean, thread), p.Output(output, thread), p.At(Part.Delta, thread), added, weight, thread);
            p.Store(Part.Delta, delta, thread);
            p.Store(Part.DeltaAtMean, deltaAtMean, thread);
        }
        return sum;
    }

    public override void AddTerms(float* x, float* output, float* sums, int thread)
    {
        foreach (var p in _parts)
        {
            float* terms = p.Load(Part.Terms, sums + p.Place.First, p.Place.Count, thread);
            p.Loss.AddTerms(p.Target(x, thread), p.Output(output, thread), terms, thread);
            new Span<float>(terms, p.Place.Count).CopyTo(new Span<float>(sums + p.Place.First, p.Place.Count));
        }
    }

    public override double TermAtMode(float x, int feature)
    {
        var at = Array.FindLast(_parts, p => p.Place.First <= feature)!;
        return at.Loss.TermAtMode(x, feature - at.Place.First);
    }

    public override void BeginGradient(AlignedBuffer gradient)
    {
        foreach (var p in _parts) p.Loss.BeginGradient(p.Gradient);
    }

    public override void AddModeGradient(float* x, float* observed, float weight, AlignedBuffer gradient)
    {
        foreach (var p in _parts) p.Loss.AddModeGradient(p.Target(x, 0), p.Observed(observed, 0), weight, p.Gradient);
    }

    public override void AddGradient(float* x, float* observed, float* output, float weight, AlignedBuffer gradient)
    {
        foreach (var p in _parts) p.Loss.AddGradient(p.Target(x, 0), p.Observed(observed, 0), p.Output(output, 0), weight, p.Gradient);
    }

    public override void AddCodingGradient(float* observed, float* outputAtMean, float* output, float weight, AlignedBuffer gradient)
    {
        foreach (var p in _parts) p.Loss.AddCodingGradient(p.Observed(observed, 0), p.OutputAtMean(outputAtMean, 0), p.Output(output, 0), weight, p.Gradient);
    }

    public override void FinishGradient(AlignedBuffer gradient)
    {
        foreach (var p in _parts)
        {
            p.Loss.FinishGradient(p.Gradient);
            p.Gradient.Span[..p.Place.Parameters].CopyTo(gradient.Span[p.Place.Parameter..]);
        }
    }

    // One slot, with its part of a row for each thread.
    private sealed class Part(MixedLikelihood.Place place, RowLoss loss, int threads)
    {
        public const int Delta = 0, DeltaAtMean = 1, Terms = 2;

        private const int X = 3, Mask = 4, Out = 5, OutAtMean = 6, Rows = 7;

        private readonly AlignedBuffer[] _rows =
            [.. Enumerable.Range(0, threads * Rows).Select(_ => new AlignedBuffer(AlignedBuffer.Padded(Math.Max(place.Count, place.Outputs))))];

        public MixedLikelihood.Place Place => place;

        public RowLoss Loss => loss;

        public AlignedBuffer Gradient { get; } = new(AlignedBuffer.Padded(place.Parameters));

        public float* At(int row, int thread) => _rows[(thread * Rows) + row].Pointer;

        public float* Target(float* x, int thread) => Load(X, x + place.First, place.Count, thread);

        public float* Observed(float* observed, int thread) => observed == null ? null : Load(Mask, observed + place.First, place.Count, thread);

        public float* Output(float* output, int thread) => Load(Out, output + place.Output, place.Outputs, thread);

        public float* OutputAtMean(float* output, int thread) => Load(OutAtMean, output + place.Output, place.Outputs, thread);

        public float* Load(int row, float* from, int count, int thread)
        {
            new Span<float>(from, count).CopyTo(_rows[(thread * Rows) + row].Span);
            return At(row, thread);
        }

        public void Store(int row, float* outputs, int thread) => _rows[(thread * Rows) + row].Span[..place.Outputs].CopyTo(new Span<float>(outputs + place.Output, place.Outputs));
    }
}
