namespace OnnxExport;

/// <summary>How to score the file elsewhere.</summary>
internal static class Recipes
{
    public const string Text = """

        Score it anywhere: input features [N, 6], outputs score, log_density, p_value, is_anomaly, feature_contributions, latent_contributions, reconstruction.

        C#       (package Microsoft.ML.OnnxRuntime)
          using var session = new InferenceSession("detector.onnx");
          var rows = new DenseTensor<float>(values, [values.Length / 6, 6]);
          using var outputs = session.Run([NamedOnnxValue.CreateFromTensor("features", rows)]);
          bool[] alarms = outputs.First(o => o.Name == "is_anomaly").AsEnumerable<bool>().ToArray();

        Python   (pip install onnxruntime)
          session = onnxruntime.InferenceSession("detector.onnx")
          score, p, alarm = session.run(["score", "p_value", "is_anomaly"], {"features": rows.astype("float32")})

        Node     (npm install onnxruntime-node)
          const session = await ort.InferenceSession.create('detector.onnx');
          const { score, p_value } = await session.run({ features: new ort.Tensor('float32', values, [values.length / 6, 6]) });

        Browser  (npm install onnxruntime-web): as in Node; samples/BrowserScoring is a whole page.

        Another false-alarm rate: p_value <= rate is its decision; or export with RequireFalseAlarmRate, and give false_alarm_rate [1] (double) beside the features.
        """;
}
