using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Vascular.Acquisition.Cli;

namespace Vascular.Acquisition.Access;

/// <summary>The station's own certificate authority: made at first start, it names the broker, this gateway and each consumer.</summary>
/// <remarks>ECDSA P-256. Everything lies in one folder (mode 0700), keys with mode 0600; a file appears whole or not at all.
/// Source: interop reference, security items 1, 2, 4 and 16: no default secret, least privilege by certificate name.</remarks>
public sealed class StationAuthority : IDisposable
{
    private const string AuthorityName = "ca";
    private const string BrokerName = "broker";
    private const string ArchiveName = "archive";
    private static readonly TimeSpan AuthorityLife = TimeSpan.FromDays(3650);
    private static readonly TimeSpan CertificateLife = TimeSpan.FromDays(730);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    // a clock that steps back a little must not make a new certificate "not yet valid"
    private static readonly TimeSpan Backdate = TimeSpan.FromHours(1);

    private readonly Lock oneAtATime = new();
    private readonly string folder;
    private readonly TimeProvider time;
    private readonly X509Certificate2 authority;

    private StationAuthority(string folder, TimeProvider time, X509Certificate2 authority) =>
        (this.folder, this.time, this.authority) = (folder, time, authority);

    /// <summary>PEM file of the authority's certificate; it may be given to anyone.</summary>
    public string AuthorityFile => Path.Combine(folder, AuthorityName + ".crt");

    /// <summary>Opens the authority in <paramref name="folder"/>, making folder, key and certificate where there are none.</summary>
    /// <exception cref="CommandFailure">The folder holds a certificate without its key, or files that are no key pair.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static StationAuthority Open(string folder, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(time);
        KeyFiles.EnsureFolder(folder);
        string certificateFile = Path.Combine(folder, AuthorityName + ".crt");
        string keyFile = Path.Combine(folder, AuthorityName + ".key");
        if (!File.Exists(keyFile) && File.Exists(certificateFile))
        {
            throw new CommandFailure("the authority's key is missing", keyFile, "restore it, or move the whole folder away to begin with a new authority");
        }

        try
        {
            if (!File.Exists(keyFile))
            {
                using ECDsa made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                KeyFiles.Write(keyFile, made.ExportPkcs8PrivateKeyPem(), secret: true);
            }

            using ECDsa key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(keyFile));
            DateTimeOffset now = time.GetUtcNow();
            if (!File.Exists(certificateFile) || Expires(certificateFile) - RenewBefore < now)
            {
                using X509Certificate2 root = SelfSign(key, now);
                KeyFiles.Write(certificateFile, root.ExportCertificatePem(), secret: false);
            }

            return new StationAuthority(folder, time, X509Certificate2.CreateFromPemFile(certificateFile, keyFile));
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw new CommandFailure("the authority's key and certificate are damaged or no pair", folder, "restore them, or move the whole folder away to begin with a new authority", failure);
        }
    }

    /// <summary>The broker's certificate: for localhost and 127.0.0.1, as server and client.</summary>
    public StationCertificate EnsureBroker() => Ensure(BrokerName, server: true);

    /// <summary>The embedded archive's certificate: for localhost and 127.0.0.1, as server and client.</summary>
    public StationCertificate EnsureArchive() => Ensure(ArchiveName, server: true);

    /// <summary>The certificate of a gateway or consumer, as client only; issued again when it is lost, foreign or near its end.</summary>
    /// <param name="name">CN and topic level: a-z, 0-9 and the hyphen; none of <c>ca</c>, <c>broker</c> and <c>archive</c>.</param>
    /// <exception cref="CommandFailure">The name is not allowed.</exception>
    public StationCertificate EnsureClient(string name)
    {
        if (!CertificatePolicy.IsName(name) || name is AuthorityName or BrokerName or ArchiveName)
        {
            throw new CommandFailure($"'{name}' cannot be a certificate's name", "the list of gateways and consumers", "use a-z, 0-9 and the hyphen, and none of 'ca', 'broker' and 'archive'");
        }

        return Ensure(name, server: false);
    }

    /// <inheritdoc/>
    public void Dispose() => authority.Dispose();

    private StationCertificate Ensure(string name, bool server)
    {
        StationCertificate files = new(name, AuthorityFile, Path.Combine(folder, name + ".crt"), Path.Combine(folder, name + ".key"));
        lock (oneAtATime)
        {
            if (!IsGood(files, server))
            {
                Issue(files, server);
            }
        }

        return files;
    }

    private bool IsGood(StationCertificate files, bool server)
    {
        if (!File.Exists(files.CertificateFile) || !File.Exists(files.KeyFile))
        {
            return false;
        }

        try
        {
            using X509Certificate2 held = files.Load();
            DateTimeOffset now = time.GetUtcNow();
            return CertificatePolicy.NameOf(held) == files.Name
                && CertificatePolicy.Accepts(held, authority, server ? CertificatePolicy.ServerPurpose : CertificatePolicy.ClientPurpose, now)
                && held.NotAfter.ToUniversalTime() - RenewBefore >= now.UtcDateTime;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private void Issue(StationCertificate files, bool server)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(Named(files.Name), key, HashAlgorithmName.SHA256);
        OidCollection purposes = [new Oid(CertificatePolicy.ClientPurpose)];
        if (server)
        {
            purposes.Add(new Oid(CertificatePolicy.ServerPurpose));
            SubjectAlternativeNameBuilder names = new();
            names.AddDnsName("localhost");
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
        }

        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(purposes, false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset end = now + CertificateLife;
        DateTimeOffset rootEnd = authority.NotAfter;
        DateTimeOffset rootStart = authority.NotBefore;
        using X509Certificate2 issued = request.Create(
            authority,
            now - Backdate < rootStart ? rootStart : now - Backdate,
            end < rootEnd ? end : rootEnd,
            Serial());
        KeyFiles.Write(files.KeyFile, key.ExportPkcs8PrivateKeyPem(), secret: true);
        KeyFiles.Write(files.CertificateFile, issued.ExportCertificatePem(), secret: false);
    }

    private static X509Certificate2 SelfSign(ECDsa key, DateTimeOffset now)
    {
        CertificateRequest request = new(Named("vascular-acquisition-authority"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(now - Backdate, now + AuthorityLife);
    }

    private static X500DistinguishedName Named(string name)
    {
        X500DistinguishedNameBuilder subject = new();
        subject.AddCommonName(name);
        return subject.Build();
    }

    private static DateTimeOffset Expires(string certificateFile)
    {
        using X509Certificate2 held = X509CertificateLoader.LoadCertificateFromFile(certificateFile);
        return held.NotAfter;
    }

    private static byte[] Serial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);   // positive, and never shorter than 16 bytes
        return serial;
    }
}
