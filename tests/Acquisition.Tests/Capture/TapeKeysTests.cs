using System.Security.Cryptography;
using System.Text;
using Vascular.Acquisition.Capture;

namespace Vascular.Acquisition.Tests.Capture;

public sealed class TapeKeysTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tape-keys-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Keys_are_made_once_for_the_owner_only_and_read_back()
    {
        string keysFolder = Path.Combine(folder, "deep", "keys");
        ReadOnlyMemory<byte> wrapping;
        ReadOnlyMemory<byte> signing;
        using (TapeKeys made = TapeKeys.OpenOrCreate(keysFolder))
        {
            (wrapping, signing) = (made.WrappingId, made.PublicKey.Id);
        }

        using TapeKeys again = TapeKeys.OpenOrCreate(keysFolder);
        Assert.Equal(wrapping.ToArray(), again.WrappingId.ToArray());
        Assert.Equal(signing.ToArray(), again.PublicKey.Id.ToArray());
        if (!OperatingSystem.IsWindows())
        {
            foreach (string file in Directory.GetFiles(keysFolder))
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }

            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(keysFolder));
        }
    }

    [Theory]
    [InlineData(TapeKeys.SigningFile)]
    [InlineData(TapeKeys.WrappingFile)]
    public void A_key_that_others_can_read_is_refused_with_the_mend(string file)
    {
        TapeKeys.OpenOrCreate(folder).Dispose();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(folder, file), UnixFileMode.UserRead | UnixFileMode.GroupRead);
            Assert.Contains("chmod 600", Assert.Throws<TapeKeyException>(() => TapeKeys.OpenOrCreate(folder)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(TapeKeys.SigningFile)]
    [InlineData(TapeKeys.WrappingFile)]
    public void A_malformed_key_is_named(string file)
    {
        TapeKeys.OpenOrCreate(folder).Dispose();
        File.WriteAllText(Path.Combine(folder, file), "nonsense");
        Assert.Equal(Path.Combine(folder, file), Assert.Throws<TapeKeyException>(() => TapeKeys.OpenOrCreate(folder)).Where);
    }

    [Fact]
    public void A_tape_of_another_station_says_whose_key_is_missing()
    {
        using TapeKeys mine = TapeKeys.InMemory();
        using TapeKeys theirs = TapeKeys.OpenOrCreate(folder);
        MemoryTapeFiles files = SmallTape.Write(mine, 3, SmallTape.OneSegment, end: true);
        byte[] segment = files[SmallTape.Segment1];
        using (SegmentWalk walk = new(SmallTape.Segment1, new MemoryStream(segment), mine.PublicKey, mine.Unwrap))
        {
            Assert.True(walk.Next());
            TapeKeyException refused = Assert.Throws<TapeKeyException>(() => theirs.Unwrap(walk.Header!));
            Assert.Contains(Convert.ToHexStringLower(mine.WrappingId.Span), refused.Message, StringComparison.Ordinal);
            Assert.Contains(TapeKeys.WrappingFile, refused.WhatToDo, StringComparison.Ordinal);
        }

        Assert.Throws<TapeKeyException>(() => new TapeReader(files, theirs).Read().Count());
    }

    [Fact]
    public void The_segment_key_is_the_hkdf_an_outside_program_computes()
    {
        // python3: hmac/hashlib, RFC 5869, salt 32 × 0xA5, key material 00..1f, info "vascular-tape-segment/1" + 03000000
        byte[] key = new byte[32];
        SegmentCipher.DeriveKey(Enumerable.Range(0, 32).Select(n => (byte)n).ToArray(), 3, Enumerable.Repeat((byte)0xA5, 32).ToArray(), key);
        Assert.Equal("3eb83d9242a7bcd8603c0c71dc97118a09516ec9f380d629460a6ab2ca9aecde", Convert.ToHexStringLower(key));
    }

    [Fact]
    public void A_record_on_disk_is_the_one_an_outside_program_computes()
    {
        // python3 with the cryptography package: AESGCM under the key above; CRC-32C by the bitwise definition
        byte[] examinationKey = [.. Enumerable.Range(0, 32).Select(n => (byte)n)];
        using SegmentCipher cipher = new(examinationKey, 3, Enumerable.Repeat((byte)0xA5, 32).ToArray());
        byte[] payload = Encoding.ASCII.GetBytes("pleth");
        byte[] frame = new byte[TapeFormat.SizeOf(TapeRecordType.Bytes, payload.Length)];
        cipher.Seal(frame, TapeRecordType.Bytes, 2, 1_000_000_007, payload, index: 41);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(TapeFormat.CrcAt), TapeFormat.Crc(frame));
        Assert.Equal("15000000b9d6a9d004020007ca9a3b00000000499b3b867eea22e09d35a36314cac272861918dd60", Convert.ToHexStringLower(frame));
        byte[] opened = new byte[payload.Length];
        Assert.True(cipher.TryOpen(frame, 41, opened));
        Assert.Equal(payload, opened);
        Assert.False(cipher.TryOpen(frame, 42, opened));
    }

    [Fact]
    public void A_clear_record_carries_the_tag_an_outside_program_computes()
    {
        byte[] examinationKey = [.. Enumerable.Range(0, 32).Select(n => (byte)n)];
        using SegmentCipher cipher = new(examinationKey, 3, Enumerable.Repeat((byte)0xA5, 32).ToArray());
        byte[] frame = new byte[TapeFormat.SizeOf(TapeRecordType.Chain, 32)];
        cipher.Seal(frame, TapeRecordType.Chain, 0, 1_000_000_008, SHA256.HashData([]), index: 42);
        Assert.Equal("9d60346f1038aba0341f28069d74c087", Convert.ToHexStringLower(frame.AsSpan(frame.Length - TapeFormat.TagSize)));
        Assert.True(cipher.TryOpen(frame, 42, new byte[32]));
        frame[TapeFormat.BodyAt] ^= 1;
        Assert.False(cipher.TryOpen(frame, 42, new byte[32]));
    }

    [Fact]
    public void The_crc_is_castagnolis()
    {
        // the check value of CRC-32C over "123456789" is e3069283; the four bytes at the CRC's own place are left out
        byte[] record = Encoding.ASCII.GetBytes("1234....56789");
        Assert.Equal(0xe3069283u, TapeFormat.Crc(record));
    }
}
