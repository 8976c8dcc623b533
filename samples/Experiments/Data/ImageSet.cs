using System.Buffers.Binary;

namespace Experiments;

/// <summary>Grey images in [0, 1] with a class each.</summary>
/// <param name="Pixels">[count, side·side].</param>
/// <param name="Labels">[count].</param>
/// <param name="Side">Of an image.</param>
internal sealed record ImageSet(float[] Pixels, int[] Labels, int Side)
{
    public const int Classes = 10;

    public int Count => Labels.Length;

    public int PixelCount => Side * Side;

    public MatrixRows Rows => new(Pixels, PixelCount);

    public ReadOnlySpan<float> this[int image] => Pixels.AsSpan(image * PixelCount, PixelCount);

    /// <summary>Training and test images of a set in MNIST's format; generated ones of a tiny size.</summary>
    public static (ImageSet Train, ImageSet Test) Load(Study study, string name)
    {
        const int TinyTrain = 300, TinyTest = 80;
        return study.IsTiny ? (Generate(TinyTrain, 1), Generate(TinyTest, 2)) : (Read(study.Data, $"{name}-train"), Read(study.Data, $"{name}-t10k"));
    }

    /// <exception cref="MissingDataException">A file is not there.</exception>
    public static ImageSet Read(DataFolder data, string name)
    {
        byte[] images = Bytes(data, $"{name}-images-idx3-ubyte.gz"), labels = Bytes(data, $"{name}-labels-idx1-ubyte.gz");
        const int ImageHeader = 16, LabelHeader = 8;
        int side = BinaryPrimitives.ReadInt32BigEndian(images.AsSpan(8));
        return new([.. images.Skip(ImageHeader).Select(v => v / 255f)], [.. labels.Skip(LabelHeader).Select(v => (int)v)], side);
    }

    /// <summary>A random draw; MNIST's first test images are easier than the others.</summary>
    public ImageSet Draw(int count)
    {
        if (count >= Count) return this;
        int[] drawn = [.. RandomStream.FromSeed(0).Permutation(Count).Take(count)];
        return new([.. drawn.SelectMany(r => new ArraySegment<float>(Pixels, r * PixelCount, PixelCount))], [.. drawn.Select(r => Labels[r])], Side);
    }

    /// <summary>Each pixel drawn once, black or white.</summary>
    public ImageSet Binarized(int seed)
    {
        var random = RandomStream.FromSeed(seed).Split(0x42494E);
        return this with { Pixels = [.. Pixels.Select((v, i) => random.Uniform(i) < v ? 1f : 0f)] };
    }

    // A bright blob whose place tells the class.
    private static ImageSet Generate(int count, int seed)
    {
        const int Side = 12;
        var random = RandomStream.FromSeed(seed);
        var (pixels, labels) = (new float[count * Side * Side], new int[count]);
        for (int r = 0; r < count; r++)
        {
            labels[r] = r % Classes;
            double angle = 2 * Math.PI * (labels[r] + (0.6 * random.Uniform(2 * r))) / Classes, reach = 3 + random.Uniform((2 * r) + 1);
            for (int i = 0; i < Side * Side; i++)
            {
                double distance = double.Hypot((i % Side) - 5.5 - (reach * Math.Cos(angle)), (i / Side) - 5.5 - (reach * Math.Sin(angle)));
                pixels[(r * Side * Side) + i] = (float)Math.Exp(-0.3 * distance * distance);
            }
        }
        return new(pixels, labels, Side);
    }

    private static byte[] Bytes(DataFolder data, string file)
    {
        using var stream = data.Open(file);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
