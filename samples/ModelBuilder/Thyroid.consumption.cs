// In the form of ML.NET Model Builder, which has no scenario for anomaly detection yet.
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ModelBuilder
{
    public partial class Thyroid
    {
        /// <summary>
        /// model input class for Thyroid.
        /// </summary>
        #region model input class
        public class ModelInput
        {
            [LoadColumn(0)]
            [ColumnName(@"f0")]
            public float F0 { get; set; }

            [LoadColumn(1)]
            [ColumnName(@"f1")]
            public float F1 { get; set; }

            [LoadColumn(2)]
            [ColumnName(@"f2")]
            public float F2 { get; set; }

            [LoadColumn(3)]
            [ColumnName(@"f3")]
            public float F3 { get; set; }

            [LoadColumn(4)]
            [ColumnName(@"f4")]
            public float F4 { get; set; }

            [LoadColumn(5)]
            [ColumnName(@"f5")]
            public float F5 { get; set; }

            [LoadColumn(6)]
            [ColumnName(@"label")]
            public float Label { get; set; }
        }

        #endregion

        /// <summary>
        /// model output class for Thyroid.
        /// </summary>
        #region model output class
        public class ModelOutput
        {
            [ColumnName(@"Features")]
            public float[] Features { get; set; } = [];

            [ColumnName(@"PredictedLabel")]
            public bool PredictedLabel { get; set; }

            [ColumnName(@"Score")]
            public float Score { get; set; }

            [ColumnName(@"PValue")]
            public float PValue { get; set; }

            [ColumnName(@"Contributions")]
            public float[] Contributions { get; set; } = [];
        }

        #endregion

        private static readonly string MLNetModelPath = Path.GetFullPath("Thyroid.mlnet");

        public static readonly Lazy<PredictionEngine<ModelInput, ModelOutput>> PredictEngine = new(() => CreatePredictEngine(), true);

        private static PredictionEngine<ModelInput, ModelOutput> CreatePredictEngine()
        {
            var mlContext = new MLContext();
            ITransformer mlModel = mlContext.Model.Load(MLNetModelPath, out var _);
            return mlContext.Model.CreatePredictionEngine<ModelInput, ModelOutput>(mlModel);
        }

        /// <summary>
        /// Scores and decides one row. One thread at a time: a service takes a pool of engines, as samples/WebApi does.
        /// </summary>
        /// <param name="input">model input; its label is not read.</param>
        /// <returns><seealso cref="ModelOutput"/></returns>
        public static ModelOutput Predict(ModelInput input)
        {
            var predEngine = PredictEngine.Value;
            return predEngine.Predict(input);
        }
    }
}
