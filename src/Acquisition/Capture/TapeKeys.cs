using System.Security.Cryptography;
using System.Text;
using Vascular.Acquisition.Capture.Interop;

namespace Vascular.Acquisition.Capture;

/// <summary>A station's keys for its tapes: one to sign seals (ECDSA P-256), one to wrap each examination's key (AES-256).</summary>
public sealed class TapeKeys : IDisposable
{
    public const string SigningFile = "tape-signing.pem";
    public const string WrappingFile = "tape-wrapping.key";

    /// <summary>Nonce, wrapped key, tag.</summary>
    public const int WrappedSize = TapeFormat.NonceSize + TapeFormat.KeySize + TapeFormat.TagSize;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly byte[] WrapDomain = Encoding.ASCII.GetBytes("vascular-tape-key/1");
    private static readonly byte[] WrappingIdDomain = Encoding.ASCII.GetBytes("vascular-tape-wrapping-id/1");

    private readonly ECDsa signing;
    private readonly AesGcm wrapping;
    private readonly string where;

    private TapeKeys(ECDsa signing, byte[] wrappingKey, string where)
    {
        this.signing = signing;
        this.where = where;
        wrapping = new AesGcm(wrappingKey, TapeFormat.TagSize);
        WrappingId = SHA256.HashData([.. WrappingIdDomain, .. wrappingKey]).AsMemory(0, TapeFormat.KeyIdSize);
        PublicKey = TapePublicKey.Of(signing);
        CryptographicOperations.ZeroMemory(wrappingKey);
    }

    public TapePublicKey PublicKey { get; }

    /// <summary>First 16 bytes of a SHA-256 of the wrapping key: says which key a tape was written for without saying the key.</summary>
    public ReadOnlyMemory<byte> WrappingId { get; }

    /// <summary>Fresh keys that live in memory only: simulations and tests.</summary>
    public static TapeKeys InMemory() =>
        new(ECDsa.Create(ECCurve.NamedCurves.nistP256), RandomNumberGenerator.GetBytes(TapeFormat.KeySize), "the keys in memory");

    /// <summary>Files of the keys in a folder.</summary>
    public static IReadOnlyList<string> FilesOf(string folder) => [Path.Combine(folder, SigningFile), Path.Combine(folder, WrappingFile)];

    /// <summary>The keys of a folder; what is missing is made, mode 0600.</summary>
    /// <exception cref="TapeKeyException">A key file is malformed, or others can read it.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static TapeKeys OpenOrCreate(string folder)
    {
        TapeFolder.Make(folder);
        string signingPath = Path.Combine(folder, SigningFile);
        string wrappingPath = Path.Combine(folder, WrappingFile);
        if (!File.Exists(signingPath))
        {
            using ECDsa made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            WriteKey(signingPath, made.ExportPkcs8PrivateKeyPem() + "\n");
        }

        if (!File.Exists(wrappingPath))
        {
            WriteKey(wrappingPath, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TapeFormat.KeySize)) + "\n");
        }

        string pem = ReadKey(signingPath);
        string hex = ReadKey(wrappingPath).TrimEnd('\n');
        byte[] wrappingKey = hex.Length == 2 * TapeFormat.KeySize && hex.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(hex)
            : throw new TapeKeyException("the wrapping key is not 64 hexadecimal digits", wrappingPath, "restore it from a copy: without it no tape of this station can be read");
        ECDsa signing = ECDsa.Create();
        try
        {
            signing.ImportFromPem(pem);
            return new TapeKeys(signing, wrappingKey, folder);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or PlatformNotSupportedException)
        {
            signing.Dispose();
            throw new TapeKeyException("the signing key cannot be read", signingPath, "restore it from a copy, or move it away to have a new one made", e);
        }
    }

    /// <returns>r and s, 32 bytes each.</returns>
    public byte[] Sign(ReadOnlySpan<byte> message) =>
        signing.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <summary>An examination's key, readable by this station only.</summary>
    public byte[] Wrap(Guid examination, ReadOnlySpan<byte> key)
    {
        byte[] wrapped = new byte[WrappedSize];
        Span<byte> nonce = wrapped.AsSpan(0, TapeFormat.NonceSize);
        RandomNumberGenerator.Fill(nonce);
        wrapping.Encrypt(nonce, key, wrapped.AsSpan(TapeFormat.NonceSize, TapeFormat.KeySize), wrapped.AsSpan(TapeFormat.NonceSize + TapeFormat.KeySize), WrapContext(examination));
        return wrapped;
    }

    /// <exception cref="TapeKeyException">The tape was written for another station, or its wrapped key was changed.</exception>
    public byte[] Unwrap(SegmentHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        if (!header.WrappingKeyId.Span.SequenceEqual(WrappingId.Span))
        {
            throw new TapeKeyException(
                $"the tape of examination {header.Examination} was written for wrapping key {Convert.ToHexStringLower(header.WrappingKeyId.Span)}, this station has {Convert.ToHexStringLower(WrappingId.Span)}",
                where,
                $"put the {WrappingFile} of the station that wrote it there");
        }

        ReadOnlySpan<byte> wrapped = header.WrappedKey.Span;
        byte[] key = new byte[TapeFormat.KeySize];
        try
        {
            wrapping.Decrypt(wrapped[..TapeFormat.NonceSize], wrapped.Slice(TapeFormat.NonceSize, TapeFormat.KeySize), wrapped[(TapeFormat.NonceSize + TapeFormat.KeySize)..], key, WrapContext(header.Examination));
            return key;
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new TapeKeyException($"the wrapped key of examination {header.Examination} does not open", where, "run 'acquisition verify' on the tape", e);
        }
    }

    public void Dispose()
    {
        signing.Dispose();
        wrapping.Dispose();
        PublicKey.Dispose();
    }

    private static byte[] WrapContext(Guid examination)
    {
        byte[] context = new byte[WrapDomain.Length + 16];
        WrapDomain.CopyTo(context, 0);
        examination.TryWriteBytes(context.AsSpan(WrapDomain.Length), bigEndian: true, out _);
        return context;
    }

    /// <summary>Whole or not at all: written beside, made durable, then given its name.</summary>
    private static void WriteKey(string path, string text)
    {
        string beside = path + ".new";
        File.Delete(beside);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (FileStream file = new(beside, options))
        {
            file.Write(Encoding.ASCII.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path);
        DirectoryEntries.Sync(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    private static string ReadKey(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
        {
            throw new TapeKeyException("a private key can be read by others", path, $"run: chmod 600 {path}");
        }

        return File.ReadAllText(path, Encoding.ASCII);
    }
}
