using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vascular.Acquisition.Access;

/// <summary>Where a certificate, its key and the authority that signed it lie: three PEM files any MQTT client can read.</summary>
/// <param name="Name">CN of the certificate: name of the broker, the gateway or a consumer.</param>
/// <param name="AuthorityFile">The authority's certificate (public).</param>
/// <param name="CertificateFile">The certificate (public).</param>
/// <param name="KeyFile">PKCS#8 key in clear, readable by its owner only.</param>
public sealed record StationCertificate(string Name, string AuthorityFile, string CertificateFile, string KeyFile)
{
    /// <summary>The certificate with its key; the caller disposes it.</summary>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    /// <exception cref="CryptographicException">A file is no PEM, or key and certificate are not a pair.</exception>
    public X509Certificate2 Load()
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile);
        }
        catch (ArgumentException noPair)
        {
            throw new CryptographicException($"{KeyFile} is not the key of {CertificateFile}", noPair);
        }
    }

    /// <summary>The authority's certificate, without key; the caller disposes it.</summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="CryptographicException">The file is no certificate.</exception>
    public X509Certificate2 LoadAuthority() => X509CertificateLoader.LoadCertificateFromFile(AuthorityFile);
}
