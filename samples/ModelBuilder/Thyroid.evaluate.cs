// In the form of ML.NET Model Builder, which has no scenario for anomaly detection yet.
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Vae.Core;

namespace ModelBuilder
{
    public partial class Thyroid
    {
        /// <summary>
        /// Judges a model on labelled rows: how well the scores rank, and what the decisions get right.
        /// </summary>
        /// <param name="mlContext">The common context for all ML.NET operations.</param>
        /// <param name="testData">Rows that took no part in training.</param>
        /// <param name="model">Model to evaluate.</param>
        /// <param name="labelColumnName">Above 0 = anomaly.</param>
        public static DetectionMetrics Evaluate(MLContext mlContext, IDataView testData, ITransformer model, string labelColumnName = @"label")
        {
            return mlContext.AnomalyDetection.EvaluateDetection(model.Transform(testData), labelColumnName);
        }

        /// <summary>
        /// What the anomalies' scores are made of: each feature's mean contribution in nats, largest first.
        /// It takes the place of permutation importance: scores are sums over features, so nothing need be permuted.
        /// </summary>
        /// <param name="mlContext">The common context for all ML.NET operations.</param>
        /// <param name="testData">Labelled rows.</param>
        /// <param name="model">Model to explain.</param>
        /// <param name="labelColumnName">Above 0 = anomaly.</param>
        public static List<Tuple<string, double>> CalculateFeatureImportance(MLContext mlContext, IDataView testData, ITransformer model, string labelColumnName = @"label")
        {
            var anomalies = model.Transform(mlContext.Data.FilterRowsByColumn(testData, labelColumnName, lowerBound: 0.5));
            float[][] contributions = anomalies.GetColumn<float[]>(@"Contributions").ToArray();
            VBuffer<ReadOnlyMemory<char>> names = default;
            anomalies.Schema[@"Features"].GetSlotNames(ref names);

            return names.DenseValues()
                .Select((name, i) => Tuple.Create(name.ToString(), contributions.Average(c => (double)c[i])))
                .OrderByDescending(feature => feature.Item2)
                .ToList();
        }
    }
}
