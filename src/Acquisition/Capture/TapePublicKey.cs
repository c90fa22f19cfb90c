using System.Security.Cryptography;
using System.Text;

namespace Vascular.Acquisition.Capture;

/// <summary>The public half of a station's signing key: all that verification needs.</summary>
public sealed class TapePublicKey : IDisposable
{
    private readonly ECDsa key;

    private TapePublicKey(ECDsa key)
    {
        this.key = key;
        Id = IdOf(key.ExportSubjectPublicKeyInfo());
    }

    /// <summary>First 16 bytes of the SHA-256 of the key's SubjectPublicKeyInfo (DER).</summary>
    public ReadOnlyMemory<byte> Id { get; }

    /// <summary>Reads a PEM file. It must be written exactly as a station writes it, so that a changed byte shows even where PEM would not mind.</summary>
    /// <exception cref="TapeKeyException">It is not a P-256 public key in that form.</exception>
    public static TapePublicKey FromPem(ReadOnlySpan<byte> pem, string where)
    {
        ECDsa key = ECDsa.Create();
        try
        {
            key.ImportFromPem(Encoding.Latin1.GetString(pem));
            if (key.KeySize != 256 || !pem.SequenceEqual(PemOf(key)))
            {
                throw new CryptographicException("It is not the P-256 public key a station writes.");
            }

            return new TapePublicKey(key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or PlatformNotSupportedException)
        {
            key.Dispose();
            throw new TapeKeyException("the public key cannot be read", where, "put the station's public key there", e);
        }
    }

    public static TapePublicKey Of(ECDsa signingKey)
    {
        ArgumentNullException.ThrowIfNull(signingKey);
        ECDsa key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(signingKey.ExportSubjectPublicKeyInfo(), out _);
        return new TapePublicKey(key);
    }

    /// <summary>SubjectPublicKeyInfo as PEM with a final line feed.</summary>
    public byte[] ToPem() => PemOf(key);

    /// <param name="signature">r and s, 32 bytes each.</param>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        key.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    public void Dispose() => key.Dispose();

    private static byte[] PemOf(ECDsa key) => Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem() + "\n");

    private static byte[] IdOf(byte[] subjectPublicKeyInfo) => SHA256.HashData(subjectPublicKeyInfo)[..TapeFormat.KeyIdSize];
}
