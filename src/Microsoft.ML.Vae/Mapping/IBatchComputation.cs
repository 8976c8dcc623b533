namespace Microsoft.ML.Vae;

/// <summary>Slots of fetched input, and the outputs computed from them.</summary>
internal interface IBatchComputation
{
    /// <summary>Reads the input's current row into a slot.</summary>
    /// <exception cref="InvalidOperationException">A vector of the row has another length than its column.</exception>
    void Fetch(int slot);

    /// <summary>Computes the wanted outputs of slots 0 … count−1.</summary>
    void Compute(int count);

    /// <summary>Called once no more rows come: for what is to be said of all of them together.</summary>
    void End() { }

    /// <summary>A ValueGetter that reads one output at the slot that <paramref name="slot"/> names.</summary>
    Delegate Getter(int output, Func<int> slot);
}
