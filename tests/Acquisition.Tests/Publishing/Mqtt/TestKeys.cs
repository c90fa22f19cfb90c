using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Vascular.Acquisition.Access;

namespace Vascular.Acquisition.Tests.Publishing.Mqtt;

/// <summary>A keys folder of its own for one test, with the certificates a broker must refuse as well.</summary>
public sealed class TestKeys : IDisposable
{
    private readonly StationAuthority authority;

    public TestKeys()
    {
        Root = Directory.CreateTempSubdirectory("mqtt-").FullName;
        Folder = Path.Combine(Root, "certs");
        // the authority is three years old, so that a client certificate of its first year is over today
        FakeTimeProvider past = new(TimeProvider.System.GetUtcNow().AddYears(-3));
        using (StationAuthority before = StationAuthority.Open(Folder, past))
        {
            Expired = before.EnsureClient("expired");
        }

        authority = StationAuthority.Open(Folder, TimeProvider.System);
        Broker = authority.EnsureBroker();
        using StationAuthority elsewhere = StationAuthority.Open(Path.Combine(Root, "foreign"), TimeProvider.System);
        StationCertificate theirs = elsewhere.EnsureClient("ehr-bridge");
        Foreign = theirs with { AuthorityFile = authority.AuthorityFile };
    }

    /// <summary>Temporary folder of this test, removed at its end.</summary>
    public string Root { get; }

    public string Folder { get; }

    public StationCertificate Broker { get; }

    public StationCertificate Expired { get; }

    public StationCertificate Foreign { get; }

    public StationCertificate Client(string name) => authority.EnsureClient(name);

    /// <summary>A new certificate and key for the broker, of the same authority, in a folder of their own.</summary>
    public StationCertificate RenewBroker()
    {
        string folder = Path.Combine(Root, "renewed");
        Directory.CreateDirectory(folder);
        foreach (string name in (string[])["ca.crt", "ca.key"])
        {
            File.Copy(Path.Combine(Folder, name), Path.Combine(folder, name));
        }

        using StationAuthority same = StationAuthority.Open(folder, TimeProvider.System);
        return same.EnsureBroker();
    }

    /// <summary>Signed by the right authority, but for servers only.</summary>
    public StationCertificate ServerOnly()
    {
        using X509Certificate2 root = X509Certificate2.CreateFromPemFile(Path.Combine(Folder, "ca.crt"), Path.Combine(Folder, "ca.key"));
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=ehr-bridge", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(CertificatePolicy.ServerPurpose)], false));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 issued = request.Create(root, now.AddHours(-1), now.AddDays(1), [0x40, 1, 2, 3]);
        StationCertificate files = new("ehr-bridge", Broker.AuthorityFile, Path.Combine(Root, "server-only.crt"), Path.Combine(Root, "server-only.key"));
        File.WriteAllText(files.CertificateFile, issued.ExportCertificatePem());
        File.WriteAllText(files.KeyFile, key.ExportPkcs8PrivateKeyPem());
        return files;
    }

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(Root, recursive: true);
    }
}
