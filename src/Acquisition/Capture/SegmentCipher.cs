using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Vascular.Acquisition.Capture;

/// <summary>Encrypts and opens the records of one segment: AES-256-GCM, nonce = record index, associated data = the clear fields.</summary>
/// <remarks>The key belongs to this segment alone (number and random salt), so an index is never used twice under one key.</remarks>
public sealed class SegmentCipher : IDisposable
{
    /// <summary>Largest payload of a record in clear: its tag covers it as associated data.</summary>
    public const int MaxClearPayload = 1024;

    private static readonly byte[] Domain = Encoding.ASCII.GetBytes("vascular-tape-segment/1");

    private readonly AesGcm gcm;

    public SegmentCipher(ReadOnlySpan<byte> examinationKey, int segment, ReadOnlySpan<byte> salt)
    {
        Span<byte> key = stackalloc byte[TapeFormat.KeySize];
        DeriveKey(examinationKey, segment, salt, key);
        gcm = new AesGcm(key, TapeFormat.TagSize);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>HKDF-SHA256: key material = examination key, salt = the header's, info = domain and segment number.</summary>
    public static void DeriveKey(ReadOnlySpan<byte> examinationKey, int segment, ReadOnlySpan<byte> salt, Span<byte> key)
    {
        Span<byte> info = stackalloc byte[Domain.Length + sizeof(int)];
        Domain.CopyTo(info);
        BinaryPrimitives.WriteInt32LittleEndian(info[Domain.Length..], segment);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, examinationKey, key, salt, info);
    }

    /// <summary>Writes the whole record but for its CRC into <paramref name="frame"/>, whose length is the record's size.</summary>
    /// <param name="index">Of the record in its segment, from 0.</param>
    public void Seal(Span<byte> frame, TapeRecordType type, ushort link, long atNs, ReadOnlySpan<byte> payload, long index)
    {
        WriteClearFields(frame, type, link, atNs);
        Span<byte> tag = frame[^TapeFormat.TagSize..];
        Span<byte> body = frame[TapeFormat.BodyAt..^TapeFormat.TagSize];
        Span<byte> nonce = stackalloc byte[TapeFormat.NonceSize];
        Nonce(index, nonce);
        if (TapeFormat.IsClear(type))
        {
            payload.CopyTo(body);
            Span<byte> all = stackalloc byte[TapeFormat.ClearFields + MaxClearPayload];
            gcm.Encrypt(nonce, default, default, tag, Associated(frame, body, all));
            return;
        }

        Span<byte> associated = stackalloc byte[TapeFormat.ClearFields];
        gcm.Encrypt(nonce, payload, body, tag, Associated(frame, default, associated));
    }

    /// <summary>Opens a record (any but a seal) into <paramref name="payload"/>, whose length is the payload's; false when it is not authentic.</summary>
    public bool TryOpen(ReadOnlySpan<byte> frame, long index, Span<byte> payload)
    {
        ReadOnlySpan<byte> tag = frame[^TapeFormat.TagSize..];
        ReadOnlySpan<byte> body = frame[TapeFormat.BodyAt..^TapeFormat.TagSize];
        Span<byte> nonce = stackalloc byte[TapeFormat.NonceSize];
        Nonce(index, nonce);
        try
        {
            if (TapeFormat.IsClear((TapeRecordType)frame[TapeFormat.TypeAt]))
            {
                Span<byte> all = stackalloc byte[TapeFormat.ClearFields + MaxClearPayload];
                gcm.Decrypt(nonce, default, tag, default, Associated(frame, body, all));
                body.CopyTo(payload);
                return true;
            }

            Span<byte> associated = stackalloc byte[TapeFormat.ClearFields];
            gcm.Decrypt(nonce, body, tag, payload, Associated(frame, default, associated));
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose() => gcm.Dispose();

    /// <summary>Length, type, link and AtNs; the CRC comes last, when the body stands.</summary>
    internal static void WriteClearFields(Span<byte> frame, TapeRecordType type, ushort link, long atNs)
    {
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - TapeFormat.BodyAt);
        frame[TapeFormat.TypeAt] = (byte)type;
        BinaryPrimitives.WriteUInt16LittleEndian(frame[TapeFormat.LinkAt..], link);
        BinaryPrimitives.WriteInt64LittleEndian(frame[TapeFormat.AtNsAt..], atNs);
    }

    private static void Nonce(long index, Span<byte> nonce)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(nonce, index);
    }

    private static Span<byte> Associated(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> body, Span<byte> room)
    {
        frame[..TapeFormat.CrcAt].CopyTo(room);
        frame[TapeFormat.TypeAt..TapeFormat.BodyAt].CopyTo(room[TapeFormat.CrcAt..]);
        body.CopyTo(room[TapeFormat.ClearFields..]);
        return room[..(TapeFormat.ClearFields + body.Length)];
    }
}
