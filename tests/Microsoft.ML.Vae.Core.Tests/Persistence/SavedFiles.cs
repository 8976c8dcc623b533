using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Persistence;

/// <summary>A file of each kind, saved and loaded by the kind's name.</summary>
internal static class SavedFiles
{
    public static readonly TrainingCheckpoint Checkpoint = MakeCheckpoint();

    public static readonly AnomalyModel Detector = MakeDetector();

    public static string Save(string kind, TemporaryFolder folder)
    {
        string path = folder.File(kind);
        switch (kind)
        {
            case "model": VaeModelFile.Save(TestModels.Model(Toy.Architecture()), path); break;
            case "checkpoint": CheckpointFile.Save(Checkpoint, path); break;
            default: AnomalyModelFile.Save(Detector, path); break;
        }
        return path;
    }

    public static object Load(string kind, string path) => kind switch
    {
        "model" => VaeModelFile.Load(path),
        "checkpoint" => CheckpointFile.Load(path),
        _ => AnomalyModelFile.Load(path),
    };

    private static TrainingCheckpoint MakeCheckpoint()
    {
        TrainingCheckpoint? checkpoint = null;
        var options = Toy.Options with { Steps = 20, CheckpointInterval = 17, Patience = 50, MaximumGradientNorm = 3, Bound = Bound.Split };
        new Trainer(Toy.Architecture(), options).Train(Toy.Rows(50, 1), Toy.Rows(20, 2), new TrainingControl { OnCheckpoint = c => checkpoint = c });
        return checkpoint!;
    }

    private static AnomalyModel MakeDetector()
    {
        var options = new VaeFitOptions { LatentDimension = 2, HiddenWidths = [6], Training = Toy.Options };
        return AnomalyModel.Calibrate(VaeFit.Run(Toy.Rows(120, 1), options, ["a", "b", "c", "d", "e"]), new LossEstimator(8), 0.1);
    }
}
