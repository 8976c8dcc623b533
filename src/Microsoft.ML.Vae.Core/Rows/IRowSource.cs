namespace Microsoft.ML.Vae.Core;

/// <summary>Rows that can be read many times, once per epoch. Data larger than memory never sits in memory.</summary>
/// <remarks>Every row has a place: the index under which it is stored, from 0, the same in every pass, whatever its order, and in every selection.
/// A source around another one passes everything through, number, place, order and selections: <see cref="WrappedRows"/> does.</remarks>
public interface IRowSource
{
    /// <summary>m.</summary>
    int FeatureCount { get; }

    /// <summary>Number of rows of a pass, or null where it is not known before reading.</summary>
    long? Count { get; }

    /// <summary>Whether the rows lie in memory, so that no read waits for a disk. False unless a source says so.</summary>
    bool IsInMemory => false;

    /// <summary>Starts one pass over all rows.</summary>
    /// <param name="order">Draws the order of the rows, the same for the same stream; null: the stored order. A source that can only be read in stored order mixes by <see cref="ShuffledRows"/>.</param>
    IRowReader Read(RandomStream? order);

    /// <summary>The rows at the selected places alone.</summary>
    /// <param name="isSelected">Asked for the place of each row in each pass, and always of one mind.</param>
    IRowSource Where(Func<long, bool> isSelected) => new SelectedRows(this, isSelected);

    /// <summary>Draws a share of the rows at random: tells of a place whether its row is drawn. Row by row, by a hash of the place, unless a source can do better.</summary>
    /// <param name="share">In [0, 1].</param>
    /// <param name="random">The same stream draws the same places; independent draws take different streams.</param>
    Func<long, bool> Draw(double share, RandomStream random) => place => random.Uniform(place) < share;
}
