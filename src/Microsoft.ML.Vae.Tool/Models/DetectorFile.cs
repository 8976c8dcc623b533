using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML.Vae.Tool;

/// <summary>A detector and all that goes with it, in one file: a model of ML.NET, which any program loads, with three entries more.</summary>
/// <param name="Model">The detector.</param>
/// <param name="Plan">How tables become its features.</param>
/// <param name="Provenance">Where it comes from.</param>
/// <param name="Reference">A random draw of the raw rows that trained it, for whoever asks which columns moved.</param>
internal sealed record DetectorFile(AnomalyModel Model, TablePlan Plan, Provenance Provenance, MatrixRows Reference)
{
    private const string PlanEntry = "mlvae/table.json", ProvenanceEntry = "mlvae/provenance.json", ReferenceEntry = "mlvae/reference.bin";

    /// <summary>Whether its calibration promises a rate of false alarms: its rows are normal, none of them declared to be anomalies.</summary>
    public bool PromisesRate => Provenance.Settings.Contamination is null;

    /// <summary>The same with a threshold for another rate.</summary>
    public DetectorFile WithFalseAlarmRate(double rate) =>
        this with { Model = Model.WithFalseAlarmRate(rate), Provenance = Provenance with { Settings = Provenance.Settings with { FalseAlarmRate = rate, Confidence = null } } };

    /// <summary>Writes whole or not at all.</summary>
    /// <exception cref="IOException">The file could not be written; an old one is as it was.</exception>
    public void Save(string path)
    {
        var ml = new MLContext();
        using var content = new MemoryStream();
        ml.Model.Save(ml.Transforms.VaeDetector(Model), Schema(), content);
        using (var zip = new ZipArchive(content, ZipArchiveMode.Update, leaveOpen: true))
        {
            Write(zip, PlanEntry, stream => TablePlanFile.Save(Plan, stream));
            Write(zip, ProvenanceEntry, stream => stream.Write(Encoding.UTF8.GetBytes(HeaderJson.Write(Provenance))));
            Write(zip, ReferenceEntry, stream => stream.Write(MemoryMarshal.AsBytes(Reference.ToArray().AsSpan())));
        }
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        AtomicFile.Write(path, stream => stream.Write(content.GetBuffer().AsSpan(0, (int)content.Length)));
    }

    /// <exception cref="UserErrorException">There is no such file, or it is none of ours.</exception>
    /// <exception cref="FormatException">It is damaged.</exception>
    public static DetectorFile Load(string path)
    {
        if (!File.Exists(path)) throw new UserErrorException($"There is no model '{path}'.");
        byte[] bytes = File.ReadAllBytes(path);
        using var zip = Open(path, bytes);
        var plan = TablePlanFile.Load(Read(zip, PlanEntry, path));
        var provenance = HeaderJson.Read<Provenance>(Encoding.UTF8.GetString(FileContent.Bytes(Read(zip, ProvenanceEntry, path))));
        float[] reference = [.. MemoryMarshal.Cast<byte, float>(FileContent.Bytes(Read(zip, ReferenceEntry, path)))];
        AnomalyModel model;
        try
        {
            model = Detector.Last(new MLContext().Model.LoadChecked(new MemoryStream(bytes), out _)).Model;
        }
        catch (FormatException e)
        {
            throw new UserErrorException($"'{path}' cannot be loaded. {e.Message}");
        }
        if (plan.FeatureCount != model.Vae.InputCount || reference.Length % model.Vae.InputCount != 0)
            throw new UserErrorException($"'{path}' is damaged: its parts do not fit each other.");
        return new DetectorFile(model, plan, provenance, new MatrixRows(reference, model.Vae.InputCount));
    }

    private static ZipArchive Open(string path, byte[] bytes)
    {
        try
        {
            return new ZipArchive(new MemoryStream(bytes));
        }
        catch (InvalidDataException)
        {
            throw new UserErrorException($"'{path}' is not a model, or is damaged: it is no zip archive.");
        }
    }

    private static MemoryStream Read(ZipArchive zip, string entry, string path)
    {
        if (zip.GetEntry(entry) is not { } found) throw new UserErrorException($"'{path}' is not a model of mlvae: it lacks {entry}. A model that a program made knows vectors, not tables: load it in a program, or train one by mlvae train.");
        try
        {
            var copy = new MemoryStream();
            using var stream = found.Open();
            stream.CopyTo(copy);
            copy.Position = 0;
            return copy;
        }
        catch (InvalidDataException e)
        {
            throw new UserErrorException($"'{path}' is damaged: {e.Message}");
        }
    }

    private static void Write(ZipArchive zip, string entry, Action<Stream> write)
    {
        using var stream = zip.CreateEntry(entry).Open();
        write(stream);
    }

    private DataViewSchema Schema()
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, Plan.FeatureCount),
            (ref VBuffer<ReadOnlyMemory<char>> value) => value = new VBuffer<ReadOnlyMemory<char>>(Plan.FeatureCount, [.. Plan.FeatureNames.Select(n => n.AsMemory())]));
        var schema = new DataViewSchema.Builder();
        schema.AddColumn("Features", new VectorDataViewType(NumberDataViewType.Single, Plan.FeatureCount), annotations.ToAnnotations());
        return schema.ToSchema();
    }
}
