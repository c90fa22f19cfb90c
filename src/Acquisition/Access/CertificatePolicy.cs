using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vascular.Acquisition.Access;

/// <summary>What a certificate must be to be believed: signed by the station's authority alone, in its time, for its purpose.</summary>
public static class CertificatePolicy
{
    /// <summary>Extended key usage: may prove itself as a server.</summary>
    public const string ServerPurpose = "1.3.6.1.5.5.7.3.1";

    /// <summary>Extended key usage: may prove itself as a client.</summary>
    public const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    /// <summary>The chain rules with <paramref name="authority"/> as the only root, nothing from the machine's store, no revocation list.</summary>
    /// <param name="purpose"><see cref="ServerPurpose"/> or <see cref="ClientPurpose"/>.</param>
    /// <param name="at">The instant the certificate must be valid at.</param>
    public static X509ChainPolicy Chain(X509Certificate2 authority, string purpose, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(authority);
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = at.LocalDateTime,
            VerificationTimeIgnored = false,
        };
        policy.CustomTrustStore.Add(authority);
        policy.ApplicationPolicy.Add(new Oid(purpose));
        return policy;
    }

    /// <summary>True when <paramref name="certificate"/> satisfies <see cref="Chain"/>.</summary>
    public static bool Accepts(X509Certificate2 certificate, X509Certificate2 authority, string purpose, DateTimeOffset at)
    {
        using X509Chain chain = new() { ChainPolicy = Chain(authority, purpose, at) };
        bool accepted = chain.Build(certificate);
        foreach (X509ChainElement element in chain.ChainElements)
        {
            element.Certificate.Dispose();
        }

        return accepted;
    }

    /// <summary>The single common name of a certificate, or null when it has none, several, or one that is no station name.</summary>
    public static string? NameOf(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        string? name = null;
        foreach (X500RelativeDistinguishedName part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (part.HasMultipleElements || part.GetSingleElementType().Value != "2.5.4.3" || name is not null)
            {
                return null;
            }

            name = part.GetSingleElementValue();
        }

        return IsName(name) ? name : null;
    }

    /// <summary>True for a name that may be a CN and a topic level: 1 to 64 of a-z, 0-9 and the hyphen.</summary>
    public static bool IsName(string? name) =>
        name is { Length: >= 1 and <= 64 } && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
}
