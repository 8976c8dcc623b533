// What ML.NET's Load finds by the names that model files hold. The names are those of the first version, whatever the classes are called.
using Microsoft.ML;
using Microsoft.ML.Vae;

[assembly: LoadableClass(typeof(VaeTransformer), typeof(Loader<VaeTransformer>), null, typeof(SignatureLoadModel), "Variational autoencoder", VaeTransformer.LoaderName)]
[assembly: LoadableClass(typeof(IsometricDensityTransformer), typeof(Loader<IsometricDensityTransformer>), null, typeof(SignatureLoadModel), "Isometric density", IsometricDensityTransformer.LoaderName)]
[assembly: LoadableClass(typeof(LatentImportanceTransformer), typeof(Loader<LatentImportanceTransformer>), null, typeof(SignatureLoadModel), "Latent importance", LatentImportanceTransformer.LoaderName)]
[assembly: LoadableClass(typeof(LatentGeometryTransformer), typeof(Loader<LatentGeometryTransformer>), null, typeof(SignatureLoadModel), "Latent geometry", LatentGeometryTransformer.LoaderName)]
[assembly: LoadableClass(typeof(AnomalyDetectionTransformer), typeof(Loader<AnomalyDetectionTransformer>), null, typeof(SignatureLoadModel), "Anomaly detector", AnomalyDetectionTransformer.LoaderName)]
[assembly: LoadableClass(typeof(VaeAnomalyTransformer), typeof(Loader<VaeAnomalyTransformer>), null, typeof(SignatureLoadModel), "VAE anomaly detector", VaeAnomalyTransformer.LoaderName)]
