using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Persistence;

/// <summary>Damage of every kind, for all three kinds of file alike.</summary>
public class DamagedFileTests
{
    public static TheoryData<string> Kinds => ["model", "checkpoint", "detector"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_truncated_file_is_refused_wherever_it_ends(string kind)
    {
        using var folder = new TemporaryFolder();
        string path = SavedFiles.Save(kind, folder);
        byte[] bytes = File.ReadAllBytes(path);
        int stride = Math.Max(1, bytes.Length / 150);
        foreach (int length in Enumerable.Range(0, 40).Concat(Enumerable.Range(1, 149).Select(k => k * stride)).Append(bytes.Length - 1))
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.NotEmpty(Assert.Throws<FormatException>(() => SavedFiles.Load(kind, path)).Message);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_flipped_byte_is_refused_wherever_it_lies(string kind)
    {
        using var folder = new TemporaryFolder();
        string path = SavedFiles.Save(kind, folder);
        byte[] bytes = File.ReadAllBytes(path);
        int stride = Math.Max(1, bytes.Length / 150);
        foreach (int place in Enumerable.Range(0, 40).Concat(Enumerable.Range(1, 149).Select(k => k * stride)).Append(bytes.Length - 1))
        {
            byte[] damaged = (byte[])bytes.Clone();
            damaged[place] ^= 0x10;
            File.WriteAllBytes(path, damaged);
            Assert.Throws<FormatException>(() => SavedFiles.Load(kind, path));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_damage_is_told_in_its_own_words(string kind)
    {
        using var folder = new TemporaryFolder();
        string path = SavedFiles.Save(kind, folder);
        byte[] bytes = File.ReadAllBytes(path);
        Expect([], "signature");
        Expect("PK\u0003\u0004 something else altogether"u8.ToArray(), "not a file of MLVae");
        Expect(bytes[..^5], "damaged or truncated");
        byte[] newer = (byte[])bytes.Clone();
        newer[8] = 99;
        Expect(newer, "version 99");
        Expect(newer, "newer MLVae");

        void Expect(byte[] content, string words)
        {
            File.WriteAllBytes(path, content);
            string message = Assert.Throws<FormatException>(() => SavedFiles.Load(kind, path)).Message;
            Assert.Contains(words, message, StringComparison.Ordinal);
            Assert.Contains(path, message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("model", "detector")]
    [InlineData("checkpoint", "model")]
    [InlineData("detector", "checkpoint")]
    public void A_file_of_another_kind_is_named(string wanted, string given)
    {
        using var folder = new TemporaryFolder();
        string path = SavedFiles.Save(given, folder), message = Assert.Throws<FormatException>(() => SavedFiles.Load(wanted, path)).Message;
        Assert.Contains($"'{wanted}'", message, StringComparison.Ordinal);
        Assert.Contains($"'{given}'", message, StringComparison.Ordinal);
    }

    /// <summary>Sound checksums around content that fits nothing: written by other hands, or by a mistake of ours.</summary>
    [Theory]
    [InlineData("{}", 3)]
    [InlineData("null", 3)]
    [InlineData("no json", 3)]
    [InlineData("[1]", 3)]
    [InlineData("VALID", 0)]
    [InlineData("VALID", 1)]
    [InlineData("VALID", 3)]
    [InlineData("UNKNOWN", 3)]
    [InlineData("NEGATIVE", 3)]
    public void Parts_that_do_not_fit_each_other_are_refused(string header, int buffers)
    {
        const string Valid = """{"Architecture":{"FeatureCount":2,"LatentDimension":1,"EncoderWidths":[],"DecoderWidths":[],"HiddenActivation":"Tanh","OutputActivation":"Linear","Likelihood":{"Name":"Bernoulli"}},"KlWeight":1,"FeatureNames":["a","b"]}""";
        header = header switch
        {
            "VALID" => Valid,
            "UNKNOWN" => Valid.Replace("Bernoulli", "Zipf", StringComparison.Ordinal),
            "NEGATIVE" => Valid.Replace("\"LatentDimension\":1", "\"LatentDimension\":-1", StringComparison.Ordinal),
            _ => header,
        };
        foreach (string kind in new[] { "model", "checkpoint", "detector" })
        {
            using var folder = new TemporaryFolder();
            using (var stream = File.Create(folder.File("crafted"))) new SectionFile(kind, header, [.. Enumerable.Repeat(new float[3], buffers)]).Write(stream);
            Assert.Throws<FormatException>(() => SavedFiles.Load(kind, folder.File("crafted")));
        }
    }
}
