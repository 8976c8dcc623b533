using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

/// <summary>One certificate for a whole cluster: whoever has its key belongs to it, and nobody else connects.</summary>
internal static class ClusterCertificate
{
    private const string Name = "mlvae-cluster";

    // Rotated by starting the cluster anew with another one.
    private const int Years = 2;

    /// <summary>Writes a new certificate with its key, which is the cluster's secret.</summary>
    public static void Create(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest($"CN={Name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(Years));
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pfx));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>TLS both ways: both ends show the certificate, and accept no other.</summary>
    public static Action<TlsOptions> Secure(string path)
    {
        var certificate = X509CertificateLoader.LoadPkcs12FromFile(path, null);
        if (!certificate.HasPrivateKey) throw new UserErrorException($"{path} holds no private key: make one by the verb certificate.");
        return options =>
        {
            options.LocalCertificate = certificate;
            (options.RemoteCertificateMode, options.ClientCertificateMode) = (RemoteCertificateMode.RequireCertificate, RemoteCertificateMode.RequireCertificate);
            options.RemoteCertificateValidation = (remote, _, _) => remote.RawData.AsSpan().SequenceEqual(certificate.RawData);
            options.OnAuthenticateAsClient = (_, client) => client.TargetHost = Name;
        };
    }
}
