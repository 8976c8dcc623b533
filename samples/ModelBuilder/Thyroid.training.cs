// In the form of ML.NET Model Builder, which has no scenario for anomaly detection yet.
using Microsoft.ML;
using Microsoft.ML.Vae;

namespace ModelBuilder
{
    public partial class Thyroid
    {
        public const string RetrainFilePath = @"thyroid.csv";
        public const char RetrainSeparatorChar = ',';
        public const bool RetrainHasHeader = true;
        public const bool RetrainAllowQuoting = false;

        /// <summary>
        /// Trains a new model on the normal rows of a file and saves it.
        /// </summary>
        /// <param name="outputModelPath">Where the model goes, e.g. "Thyroid.mlnet".</param>
        /// <param name="inputDataFilePath">The training data.</param>
        /// <param name="separatorChar">Between its columns.</param>
        /// <param name="hasHeader">Whether its first line names the columns.</param>
        /// <param name="allowQuoting">Whether its values may be quoted.</param>
        public static void Train(string outputModelPath, string inputDataFilePath = RetrainFilePath, char separatorChar = RetrainSeparatorChar, bool hasHeader = RetrainHasHeader, bool allowQuoting = RetrainAllowQuoting)
        {
            var mlContext = new MLContext();

            var data = LoadIDataViewFromFile(mlContext, inputDataFilePath, separatorChar, hasHeader, allowQuoting);
            var model = RetrainModel(mlContext, data);
            SaveModel(mlContext, model, data, outputModelPath);
        }

        /// <summary>
        /// Loads a file as rows of <see cref="ModelInput"/>.
        /// </summary>
        public static IDataView LoadIDataViewFromFile(MLContext mlContext, string inputDataFilePath, char separatorChar = RetrainSeparatorChar, bool hasHeader = RetrainHasHeader, bool allowQuoting = RetrainAllowQuoting)
        {
            return mlContext.Data.LoadFromTextFile<ModelInput>(inputDataFilePath, separatorChar, hasHeader, allowQuoting: allowQuoting);
        }

        /// <summary>
        /// Saves a model with the schema of its input; an older file is replaced whole or not at all.
        /// </summary>
        public static void SaveModel(MLContext mlContext, ITransformer model, IDataView data, string modelSavePath)
        {
            mlContext.Model.SaveAtomically(model, data.Schema, modelSavePath);
        }

        /// <summary>
        /// Trains the pipeline anew. Known anomalies are left out: the detector learns what is normal.
        /// </summary>
        public static ITransformer RetrainModel(MLContext mlContext, IDataView trainData)
        {
            var normal = mlContext.Data.FilterRowsByColumn(trainData, @"label", upperBound: 0.5);
            var pipeline = BuildPipeline(mlContext);
            var model = pipeline.Fit(normal);

            return model;
        }

        /// <summary>
        /// The pipeline, with the parameters of Thyroid.mbconfig.
        /// </summary>
        public static IEstimator<ITransformer> BuildPipeline(MLContext mlContext)
        {
            var pipeline = mlContext.Transforms.Concatenate(@"Features", new[] { @"f0", @"f1", @"f2", @"f3", @"f4", @"f5" })
                                    .Append(mlContext.AnomalyDetection.Trainers.Vae(new VaeAnomalyTrainer.Options() { FeatureColumnName = @"Features", FalseAlarmRate = 0.05, LatentDimension = 4, Training = new() { Seed = 1 } }));

            return pipeline;
        }
    }
}
