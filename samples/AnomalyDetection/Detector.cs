using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Vae;

/// <summary>The pipeline that a user would write: load, encode categories, concatenate, detect.</summary>
internal sealed class Detector(MLContext ml, CsvFile file)
{
    public IDataView Load(string path)
    {
        TextLoader.Column[] columns =
        [
            new("Label", DataKind.Single, file.Names.Length),
            .. file.NumericColumns.Select(i => new TextLoader.Column(ColumnName(i), DataKind.Single, i)),
            .. file.CategoricalColumns.Select(i => new TextLoader.Column(ColumnName(i), DataKind.String, i)),
        ];
        return ml.Data.CreateTextLoader(new TextLoader.Options { Columns = columns, Separators = [file.Separator], HasHeader = true, AllowQuoting = true }).Load(path);
    }

    public IEstimator<ITransformer> Pipeline(VaeAnomalyTrainer.Options options) => Features().Append(ml.AnomalyDetection.Trainers.Vae(options));

    public IEstimator<ITransformer> Features()
    {
        string[] categories = [.. file.CategoricalColumns.Select(ColumnName)];
        var concatenate = ml.Transforms.Concatenate("Features", [.. file.NumericColumns.Select(ColumnName), .. categories]);
        return categories.Length == 0
            ? concatenate
            : ml.Transforms.Categorical.OneHotEncoding([.. categories.Select(c => new InputOutputColumnPair(c))]).Append(concatenate);
    }

    // A feature of the file may bear the name of a column that the pipeline makes.
    private string ColumnName(int i) => file.Names[i] is "Label" or "Features" ? $"{file.Names[i]}_" : file.Names[i];

    public static VaeAnomalyTransformer Last(ITransformer model) => model switch
    {
        VaeAnomalyTransformer detector => detector,
        IEnumerable<ITransformer> chain => Last(chain.Last()),
        _ => throw new InvalidOperationException($"Expected a VAE anomaly detector, got {model.GetType().Name}."),
    };
}
