using System.Buffers;

namespace Microsoft.ML.Vae.Tool;

/// <summary>Some rows on their way from reader to writer; used again when they are written.</summary>
internal sealed class RowBlock(int capacity, int features)
{
    public int Count { get; set; }

    /// <summary>Raw, [count, m].</summary>
    public float[] Features { get; } = new float[capacity * features];

    /// <summary>Each row's number in the source, from 1.</summary>
    public long[] Numbers { get; } = new long[capacity];

    /// <summary>Fields that are handed through, [row][column].</summary>
    public string[][] Carried { get; } = new string[capacity][];

    public float[] Scores { get; } = new float[capacity];

    public double[] PValues { get; } = new double[capacity];

    public bool[] Flags { get; } = new bool[capacity];

    /// <summary>Of flagged rows, where they are asked for; "" for others.</summary>
    public string[] Reasons { get; } = new string[capacity];

    /// <summary>As it goes into a file.</summary>
    public ArrayBufferWriter<byte> Text { get; } = new(capacity * 64);

    /// <summary>Set once it is scored.</summary>
    public TaskCompletionSource Done { get; private set; } = new();

    public void Reset()
    {
        (Count, Done) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        Text.ResetWrittenCount();
    }
}
