using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ModelBuilder.Tests;

/// <summary>Code in Model Builder's form works with our components as with ML.NET's own.</summary>
public sealed partial class ThyroidTests(ThyroidTests.Run run) : IClassFixture<ThyroidTests.Run>
{
    // The made-up anomalies break one relation each, far above the noise.
    private const double LeastAuroc = 0.95;

    private readonly MLContext _ml = new();

    private IDataView Rows => Thyroid.LoadIDataViewFromFile(_ml, "thyroid-test.csv");

    private ITransformer Model => _ml.Model.Load("Thyroid.mlnet", out _);

    [Fact]
    public void The_program_trains_saves_consumes_and_evaluates()
    {
        Assert.Equal(0, run.ExitCode);
        Assert.InRange(double.Parse(AreaUnderRocCurve().Match(run.Output).Groups[1].Value, CultureInfo.InvariantCulture), LeastAuroc, 1);
    }

    [Fact]
    public void Another_table_is_one_clear_line()
    {
        File.WriteAllText("other.csv", "a,b\n1,2\n");
        string folder = Environment.CurrentDirectory;
        var (code, _, error) = Run.Program("--data", "other.csv");
        Environment.CurrentDirectory = folder;
        Assert.Equal(1, code);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.EndsWith("expected the columns 'f0,f1,f2,f3,f4,f5,label'.", error.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_equals_the_batch_to_the_bit()
    {
        var batch = Model.Transform(Rows).GetColumn<float>("Score").Take(50);
        var single = _ml.Data.CreateEnumerable<Thyroid.ModelInput>(Rows, reuseRowObject: false).Take(50).Select(r => Thyroid.Predict(r).Score);
        Assert.Equal(batch, single);
    }

    [Fact]
    public void Evaluate_counts_every_row()
    {
        var metrics = Thyroid.Evaluate(_ml, Rows, Model);
        Assert.Equal((Rows.GetColumn<float>("label").Count(l => l > 0), 0), (metrics.Anomalies, metrics.Dropped));
    }

    [Fact]
    public void The_tampered_feature_matters_most() => Assert.Equal("f5", Thyroid.CalculateFeatureImportance(_ml, Rows, Model)[0].Item1);

    [Fact]
    public void Retraining_on_the_same_rows_gives_the_same_scores()
    {
        var again = Thyroid.RetrainModel(_ml, Thyroid.LoadIDataViewFromFile(_ml, "thyroid-train.csv"));
        Assert.Equal(Model.Transform(Rows).GetColumn<float>("Score"), again.Transform(Rows).GetColumn<float>("Score"));
    }

    [Fact]
    public void The_configuration_names_the_columns_of_the_input_class()
    {
        using var config = JsonDocument.Parse(File.ReadAllText(ConfigPath()));
        var named = config.RootElement.GetProperty("DataSource").GetProperty("ColumnProperties").EnumerateArray().Select(c => (c.GetProperty("ColumnName").GetString(), c.GetProperty("ColumnDataFormat").GetString()));
        Assert.Equal(Rows.Schema.Select(c => ((string?)c.Name, (string?)c.Type.ToString())), named);
        Assert.Equal(named.Count(), typeof(Thyroid.ModelInput).GetProperties().Count(p => p.GetCustomAttribute<LoadColumnAttribute>() is not null));
    }

    [GeneratedRegex(@"RESULT auroc=([0-9.]+) ")]
    private static partial Regex AreaUnderRocCurve();

    private static string ConfigPath([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "samples", "ModelBuilder", "Thyroid.mbconfig");

    /// <summary>The program, run once in a folder of its own. It stays there: the generated code's paths are relative.</summary>
    public sealed class Run : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlvae-test-");
        private readonly string _home = Environment.CurrentDirectory;

        public Run()
        {
            Environment.CurrentDirectory = _folder.FullName;
            (ExitCode, Output, _) = Program();
        }

        public int ExitCode { get; }

        public string Output { get; }

        internal static (int Code, string Output, string Error) Program(params string[] args)
        {
            var (output, error, oldOutput, oldError) = (new StringWriter(), new StringWriter(), Console.Out, Console.Error);
            try
            {
                Console.SetOut(output);
                Console.SetError(error);
                int code = (int)typeof(Thyroid).Assembly.EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [args], null)!;
                return (code, output.ToString(), error.ToString());
            }
            finally
            {
                Console.SetOut(oldOutput);
                Console.SetError(oldError);
            }
        }

        public void Dispose()
        {
            Environment.CurrentDirectory = _home;
            _folder.Delete(recursive: true);
        }
    }
}
